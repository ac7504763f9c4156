/** Every package that an installation needs runs on every version of Node that package.json names, so `npm ci` warns of none. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Package {
  readonly optional?: boolean
  readonly engines?: { readonly node?: string }
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')) as unknown
const { engines } = read('package.json') as { readonly engines: { readonly node: string } }
const { packages } = read('package-lock.json') as { readonly packages: Readonly<Record<string, Package>> }

type Version = readonly [major: number, minor: number, patch: number]

const versionOf = (text: string): Version => {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : 0))
  return [major, minor, patch]
}

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

/** Whether a version fits one comparator, such as `>=18`, `^20.19.0`, `20 - 30` (its start) or `*`. */
function fits(version: Version, comparator: string): boolean {
  if (['*', 'x', ''].includes(comparator)) return true
  const [, operator = '', text = ''] = /^(>=|>|<=|<|\^|~|=)?v?([\d.x*]+)$/.exec(comparator) ?? []
  if (text === '') throw new Error(`expected a comparator of versions, got ${comparator}`)
  const order = compare(version, versionOf(text))
  if (operator === '>=') return order >= 0
  if (operator === '>') return order > 0
  if (operator === '<=') return order <= 0
  if (operator === '<') return order < 0
  return order >= 0 && version[0] === versionOf(text)[0]
}

const satisfies = (version: Version, range: string): boolean =>
  range.split('||').some((part) =>
    part
      .trim()
      .replaceAll(/([<>=~^]+)\s+/g, '$1')
      .split(/\s+/)
      .every((comparator) => fits(version, comparator)),
  )

const oldest = engines.node.split('||').map((part) => part.replaceAll(/[^\d.]/g, ''))

test.each(oldest)('on Node %s', (version) => {
  const strangers = Object.entries(packages).filter(
    ([, { optional, engines: needs }]) => !optional && needs?.node && !satisfies(versionOf(version), needs.node),
  )
  expect(strangers.map(([path, { engines: needs }]) => `${path} wants Node ${needs!.node}`)).toEqual([])
})

test('the comparison of versions tells what fits', () => {
  expect(oldest).toEqual(['20.19.0', '22.12.0', '24.0.0'])
  expect(satisfies([20, 19, 0], '>=22.12.0')).toBe(false)
  expect(satisfies([20, 19, 0], '^18.19.0 || >=20.5.0')).toBe(true)
  expect(satisfies([24, 0, 0], '^20.19.0 || ^22.12.0')).toBe(false)
  expect(satisfies([20, 19, 0], '>=16 <20')).toBe(false)
})
