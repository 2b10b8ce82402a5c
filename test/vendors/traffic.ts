import { createFaults, type Faults, type WireFailure } from './faults.ts'
import type { Json } from './row.ts'

/** A request as it came in. */
export interface Call {
  /** Milliseconds since the epoch. */
  at: number
  method: string
  /** As called, from behind the root of the API; whole where it leads elsewhere. */
  path: string
  /** Decoded, by the names the caller used. */
  query: Record<string, string>
  /** What was answered, or would have been had the connection held; null where neither came to be. */
  status: number | null
  /** The text itself for a SOAP service; else absent where there was none or it was no JSON. */
  body?: Json
}

/** What comes to one account, and what is to happen to it on the way. */
export interface Traffic {
  readonly faults: Faults<Call, WireFailure>
  /** In the order they came in. */
  readonly calls: Call[]
  /** Waited before each call is carried out. */
  latencyMs: number
  /** Calls wait until it settles, then for `latencyMs`. */
  gate: Promise<void>
}

export function createTraffic(): Traffic {
  return { faults: createFaults<Call>(), calls: [], latencyMs: 0, gate: Promise.resolve() }
}

/** The call that now comes in; whoever it is for has it among its own. */
export function noted(
  traffic: Traffic | null,
  { method, path, url, body }: { method: string; path: string; url: URL; body: Json | undefined },
): Call {
  const call: Call = {
    at: Date.now(),
    method,
    path,
    query: Object.fromEntries(url.searchParams),
    status: null,
    ...(body === undefined ? {} : { body }),
  }
  traffic?.calls.push(call)
  return call
}

/** Waits at the gate, then tells the failure that the call meets; null where all goes well. To be asked once a call. */
export async function failureMet(traffic: Traffic | null, call: Call): Promise<WireFailure | null> {
  await traffic?.gate
  const failure = traffic?.faults.take(call) ?? null
  if (failure?.kind === 'status') call.status = failure.status
  if (failure?.kind === 'html') call.status = 200
  return failure
}
