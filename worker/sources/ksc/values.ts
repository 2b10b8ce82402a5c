import * as z from 'zod'

/**
 * A value as Security Center sends it, without the `{ type, value }` that it puts around some: dates, long numbers,
 * binaries and containers inside other containers.
 *
 * @see docs/vendors/kaspersky.md, "Values"
 */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  if (entries.length === 2 && 'type' in value && 'value' in value && isWrapperType(value.type)) {
    return unwrapped(value.value)
  }
  return Object.fromEntries(entries.map(([name, inner]) => [name, unwrapped(inner)]))
}

function isWrapperType(type: unknown): boolean {
  return typeof type === 'string' && wrapperTypes.has(type)
}

const wrapperTypes = new Set(['params', 'long', 'datetime', 'date', 'binary', 'float', 'double'])

/** A whole number; long ones may come as text. */
export const WholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
])

/** The day of an instant, `YYYY-MM-DD` in UTC; null where it is empty. */
export const UtcDay = z
  .string()
  .regex(/^$|^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?$/, 'is no date of a form we know')
  .transform((text) => (text === '' ? null : text.slice(0, 10)))

/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime({ error: 'is no time of a form we know' })
