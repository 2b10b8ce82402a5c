import { type Part, sameUse, type WantedLine } from './wanted.ts'

/**
 * How much is in use now of what a line bills although nothing wants it any more. Use that another line is wanted for
 * is left to that one, so that the lines of a company never show the same device twice.
 *
 * @param parts what the line was last billed for
 */
export function stillUsed(parts: Part[], use: Part[], wanted: WantedLine[]): number {
  const isOfLine = (row: Part) => parts.some((part) => part.quantity > 0 && sameUse(part, row))
  const isWanted = (row: Part) => wanted.some((line) => line.parts.some((part) => sameUse(part, row)))
  return use.filter((row) => isOfLine(row) && !isWanted(row)).reduce((sum, { quantity }) => sum + quantity, 0)
}
