import * as z from 'zod'

/** Ids and names. Vendors' ids are text even where they look like numbers. */
export const text = z.string().min(1).max(500)

/** One line as it is sent to a vendor: a line break from pasting would be refused there in a way that nobody understands. */
export const line = z
  .string()
  .min(1)
  .max(5000)
  .regex(/^[^\r\n]*$/, { error: 'There is a line break in it. Enter it again without.' })

/** Something on the other side of a connection. */
export const reference = z.strictObject({
  /** Id of the connection. */
  connection: text,
  id: text,
})

export type Reference = z.output<typeof reference>
