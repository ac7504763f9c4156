/**
 * Rows in columns, for a person.
 *
 * Owns: the widths.
 */

const GAP = '  '

/** The rows as lines whose columns begin at the same place. The first row has the names of the columns. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join(GAP)
      .trimEnd(),
  )
}
