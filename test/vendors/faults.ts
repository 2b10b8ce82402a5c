import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/** What can go wrong on the way to a vendor and back; whether the vendor carried the request out is in each line. */
export type WireFailure =
  /** Carried out after `ms`, even where the caller has gone by then, and answered. */
  | { kind: 'delay'; ms: number }
  /** Not carried out. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** Not carried out: status 200 and a web page, as from a proxy in between. */
  | { kind: 'html' }
  /** Carried out; only the first half of the answer comes, with the length of that half. */
  | { kind: 'truncated' }
  /** Not carried out: the connection breaks. */
  | { kind: 'resetBefore' }
  /** Carried out; the connection breaks without an answer. */
  | { kind: 'resetAfter' }
  /** Carried out at once; the answer comes after `ms`. */
  | { kind: 'hang'; ms: number }

export type PlannedFault<Request, Failure> = Failure & {
  match: (request: Request) => boolean
  /** How many matching requests go well first; none without it. */
  after?: number
  /** How many matching requests fail then; 1 without it, `Infinity` for all to come. */
  times?: number
}

export interface FiredCount {
  /** How often the fault has happened so far. */
  readonly fired: number
}

/** One account's failures to come, in the order they were added. */
export interface Faults<Request, Failure> {
  add(fault: PlannedFault<Request, Failure>): FiredCount
  clear(): void
  /**
   * The failure that `request` meets, or null. To be asked once a request: asking counts it. Where several are due,
   * the first added happens and the others wait for the next request.
   */
  take(request: Request): Failure | null
}

/** @typeParam Failure what can happen: an emulator adds its vendor's own kinds to `WireFailure` */
export function createFaults<Request, Failure extends { kind: string } = WireFailure>(): Faults<
  Request,
  Failure
> {
  let planned: { fault: PlannedFault<Request, Failure>; seen: number; fired: number }[] = []
  return {
    add(fault) {
      const entry = { fault, seen: 0, fired: 0 }
      planned.push(entry)
      return entry
    },
    clear() {
      planned = []
    },
    take(request) {
      const matching = planned.filter(({ fault }) => fault.match(request))
      const due = matching.find(
        ({ fault, seen, fired }) => seen >= (fault.after ?? 0) && fired < (fault.times ?? 1),
      )
      for (const entry of matching) entry.seen++
      if (!due) return null
      due.fired++
      return due.fault
    },
  }
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string
}

export function jsonAnswer(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** From the account's `faults.take`; null where all goes well. */
  failure: WireFailure | null
  /** Waited before anything else. */
  latencyMs: number
  /** Does what the request asks and says what came of it; not called where the failure says "not carried out". */
  carryOut: () => Answer | Promise<Answer>
}

/** Carries a request out and answers it, or fails at the planned place. Settles when the exchange is over. */
export async function respond({ request, response, failure, latencyMs, carryOut }: Exchange): Promise<void> {
  await pause(latencyMs)
  switch (failure?.kind) {
    case undefined:
      return send(response, await carryOut())
    case 'delay':
      await pause(failure.ms)
      return send(response, await carryOut())
    case 'status':
      return send(response, failure)
    case 'html':
      return send(response, {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!doctype html><title>Please wait</title><p>We will be back soon.</p>',
      })
    case 'truncated': {
      const whole = await carryOut()
      const body = whole.body ?? ''
      return send(response, { ...whole, body: body.slice(0, Math.floor(body.length / 2)) })
    }
    case 'resetBefore':
      request.socket.destroy()
      return
    case 'resetAfter':
      await carryOut()
      request.socket.destroy()
      return
    case 'hang': {
      const answer = await carryOut()
      await pauseWhileConnected(failure.ms, response)
      return send(response, answer)
    }
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return
  if (status === 204) {
    response.writeHead(status, headers).end()
    return
  }
  const bytes = Buffer.from(body ?? '')
  response.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes)
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await setTimeout(ms, undefined, { ref: false })
}

async function pauseWhileConnected(ms: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  const onClose = () => gone.abort()
  response.once('close', onClose)
  try {
    await setTimeout(ms, undefined, { ref: false, signal: gone.signal })
  } catch (error) {
    if (!gone.signal.aborted) throw error
  } finally {
    response.off('close', onClose)
  }
}
