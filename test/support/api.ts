import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { workerSecrets } from './secrets.ts'
import type { Stack } from './stack.ts'

export interface Answer {
  status: number
  headers: Headers
  /** The body as JSON; text where it is none. */
  body: unknown
}

export interface Ask {
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  body?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
  /** Null sends none. */
  token?: string | null
}

export type Api = ReturnType<typeof apiOf>

/** Calls the Worker of a stack as an administrator's program does, refusals included. */
export function apiOf(stack: Stack) {
  async function ask(
    method: string,
    path: string,
    { json, body, headers, token }: Ask = {},
  ): Promise<Answer> {
    const credential = token === undefined ? workerSecrets.ADMIN_TOKEN : token
    const sent = json === undefined ? body : JSON.stringify(json)
    const response = await stack.fetch(`http://tallypod.example${path}`, {
      method,
      headers: {
        ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: new Headers([...response.headers]),
      body: response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text,
    }
  }

  return {
    get: (path: string, more?: Ask) => ask('GET', path, more),
    post: (path: string, json?: unknown, more?: Ask) =>
      ask('POST', path, { ...(json === undefined ? {} : { json }), ...more }),
    put: (path: string, json?: unknown, more?: Ask) =>
      ask('PUT', path, { ...(json === undefined ? {} : { json }), ...more }),
    delete: (path: string, more?: Ask) => ask('DELETE', path, more),

    /** Starts a run and waits for its end. */
    async runNow(request: { dryRun?: boolean; tenants?: string[] } = {}) {
      const started = await ask('POST', '/api/runs', { json: request })
      if (started.status !== 202) throw new Error(`no run: ${JSON.stringify(started.body)}`)
      const { id } = Started.parse(started.body).run
      for (let waited = 0; waited < 20_000; waited += 50) {
        const { run } = Started.parse((await ask('GET', `/api/runs/${id}`)).body)
        if (run.finishedAt !== null) return run
        await sleep(50)
      }
      throw new Error(`run ${id} did not end`)
    },
  }
}

const Started = z.object({
  run: z.looseObject({ id: z.string(), state: z.string(), finishedAt: z.string().nullable() }),
})

/** The code of an error answer; undefined where it is none. */
export function codeOf({ body }: Answer): string | undefined {
  return ErrorAnswer.safeParse(body).data?.error.code
}

/** The paths and codes of a 422, as `path: code`. */
export function faultsOf({ body }: Answer): string[] {
  const details = z
    .array(z.object({ path: z.string(), code: z.string(), message: z.string().min(1) }))
    .parse(ErrorAnswer.parse(body).error.details)
  return details.map(({ path, code }) => `${path}: ${code}`)
}

const ErrorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string().min(1), details: z.unknown().optional() }),
})

/** The items of a list's page. */
export function itemsOf(answer: Answer): Record<string, unknown>[] {
  return PageAnswer.parse(answer.body).items
}

export function nextCursorOf(answer: Answer): string | null {
  return PageAnswer.parse(answer.body).nextCursor
}

const PageAnswer = z.strictObject({
  items: z.array(z.record(z.string(), z.unknown())),
  nextCursor: z.string().nullable(),
})
