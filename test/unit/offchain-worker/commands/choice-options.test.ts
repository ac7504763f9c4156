/**
 * Options that depend on a choice: help shows all of them. The command accepts those of the chosen value and refuses the others.
 */
import { expect, test } from 'vitest'
import { allOptions, chosenOptions, type Choices } from '#worker/commands/choice-options.ts'

const size = { type: 'number', default: 5, describe: 'How many' } as const
const CHOICES: Choices = {
  crowd: { options: { size, colour: { type: 'string', describe: 'Of their hats' } } },
  queue: { options: { size, door: { type: 'string', demandOption: true, describe: 'Where it ends' } } },
  void: { options: {} },
}

test('all options are shown with their takers and defaults, and none is demanded or preset', () => {
  expect(allOptions(CHOICES)).toEqual({
    size: { type: 'number', describe: 'How many (crowd, queue)', defaultDescription: '5' },
    colour: { type: 'string', describe: 'Of their hats (crowd)' },
    door: { type: 'string', describe: 'Where it ends (queue)' },
  })
  expect(allOptions({ only: CHOICES['crowd']! })['size']).toMatchObject({ describe: 'How many' })
})

test('the chosen one has its own values and defaults, and nothing else', () => {
  expect(chosenOptions('form', 'crowd', CHOICES, { json: true })).toEqual({ size: 5, colour: undefined })
  expect(chosenOptions('form', 'queue', CHOICES, { size: 7, door: 'left' })).toEqual({ size: 7, door: 'left' })
  expect(chosenOptions('form', 'void', CHOICES, { json: true })).toEqual({})
})

test('an option of another one is refused with the names of its takers, and a missing one by its name', () => {
  const choose = (name: string, given: object) => () => chosenOptions('form', name, CHOICES, { ...given })
  expect(choose('crowd', { door: 'left' })).toThrow('--door: expected it only with --form queue')
  expect(choose('void', { size: 1 })).toThrow('--size: expected it only with --form crowd or --form queue')
  expect(choose('queue', {})).toThrow('--form queue: expected --door, got none')
})
