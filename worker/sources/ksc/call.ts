import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { assertOk, parseReply, parseShape } from '../../vendor/http.ts'
import type { Access } from './connection.ts'
import { unwrapped, WholeNumber } from './values.ts'

export interface MethodCall {
  /** `Class.Method`, in the vendor's upper and lower case. */
  method: string
  args: Record<string, unknown>
  headers: Record<string, string>
}

/**
 * Calls one method and answers what it returned, in the shape of `schema`.
 *
 * @throws VendorError `rejected` with status 200 where the method itself reports an error
 * @see docs/vendors/kaspersky.md, "Answers and errors"
 */
export async function callMethod<Schema extends z.ZodType>(
  { connection, http }: Access,
  { method, args, headers }: MethodCall,
  schema: Schema,
): Promise<z.output<Schema>> {
  const reply = await http({
    method: 'POST',
    url: `${connection.baseUrl.replace(/\/+$/, '')}/api/v1.0/${method}`,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(args),
  })
  assertOk(connection.name, reply)
  const answer = unwrapped(parseReply(connection.name, reply, Anything))
  if (typeof answer === 'object' && answer !== null && 'PxgError' in answer) {
    const text = readableText(MethodError.parse(answer.PxgError))
    throw new VendorError(connection.name, { kind: 'rejected', status: 200, reply: text.slice(0, 500) })
  }
  return parseShape(connection.name, answer, schema)
}

/** True where a method itself reported an error, as it does for a listing that it no longer knows. */
export function isMethodError(error: unknown): boolean {
  return error instanceof VendorError && error.failure.kind === 'rejected' && error.failure.status === 200
}

/** True where the token is not, or no longer, accepted. */
export function isSessionRefused(error: unknown): boolean {
  if (!(error instanceof VendorError)) return false
  const { failure } = error
  return failure.kind === 'unauthorized' || (failure.kind === 'rejected' && failure.status === 403)
}

const Anything = z.unknown()

/** Nothing of it has to be there: an error that cannot be read is an error still. */
const MethodError = z
  .object({
    code: WholeNumber.optional().catch(undefined),
    module: z.string().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    locdata: z
      .object({ format: z.string(), args: z.array(z.coerce.string()).default([]) })
      .optional()
      .catch(undefined),
  })
  .catch({})

function readableText({ code, module, message, locdata }: z.output<typeof MethodError>): string {
  const filled = locdata?.format.replace(
    /%(\d+)/g,
    (place, number) => locdata.args[Number(number) - 1] ?? place,
  )
  const source = [module, code].filter((part) => part !== undefined).join(' ')
  return `${filled || message || 'an error without words'}${source && ` (${source})`}`
}
