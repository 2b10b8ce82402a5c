import * as z from 'zod'
import type { KscAccount, KscOwnFailure } from './account.ts'
import type { Params, Value } from './params.ts'
import { badArgument } from './pxg-error.ts'
import type { Session } from './sessions.ts'

export interface MethodContext {
  account: KscAccount
  session: Session
  /** The planned failure that the method itself carries out, if any. */
  failure: KscOwnFailure | null
}

/** `PxgRetVal` is absent where there is nothing to return; a container at this level is bare. */
export interface MethodResult {
  PxgRetVal?: Value | Params
  [outParameter: string]: Value | Params | undefined
}

export type Method = (args: unknown, context: MethodContext) => MethodResult

/** A method that refuses arguments of another shape with a `PxgError`. */
export function method<Schema extends z.ZodType>(
  argsSchema: Schema,
  run: (args: z.output<Schema>, context: MethodContext) => MethodResult,
): Method {
  return (args, context) => {
    const checked = argsSchema.safeParse(args)
    if (!checked.success) {
      const issue = checked.error.issues[0]
      throw badArgument(`${issue?.path.join('.')} (${issue?.message})`)
    }
    return run(checked.data, context)
  }
}

export const Fields = z.array(z.string())

/** A container in a list is wrapped; a bare one is refused. */
export const Orders = z
  .array(z.object({ type: z.literal('params'), value: z.object({ Name: z.string(), Asc: z.boolean() }) }))
  .transform((orders) => orders.map(({ value }) => value))

export const Seconds = z.int().min(0)
