import { count } from '../format.ts'
import { words } from './words.ts'

export type Unit = keyof typeof words.units

/** A number with what it counts: `43 users`; of several things added up `43 (users, mailboxes)`. */
export function quantityText(quantity: number, units: Unit[]): string {
  const [unit, ...others] = units
  if (unit === undefined) return count(quantity)
  if (others.length === 0) return words.units[unit](quantity)
  return `${count(quantity)} (${unitTitles(units)})`
}

export function unitTitles(units: Unit[]): string {
  return units.map((one) => words.unitTitles[one]).join(', ')
}
