import type { hc } from 'hono/client'
import type { App } from '../worker/app.ts'

/** The Worker's routes, each called as `hono/client` types it: `client.api.runs[':id'].$get({ param }, { init })`. */
export type Client = ReturnType<typeof hc<App>>

type Send = (path: string, init: RequestInit) => Promise<Response>

interface Asked {
  param?: Record<string, string>
  query?: Record<string, string>
  json?: unknown
}

interface Options {
  init?: RequestInit
  /** Sends this call in place of what sends all others. */
  fetch?: Send
}

/** Calls what is named by its path. Parameters of the path may hold anything; those of a query are single texts. */
export function clientOf(send: Send): Client {
  return at([], send) as Client
}

function at(path: string[], send: Send): unknown {
  return new Proxy(() => {}, {
    get: (_, name) => at([...path, String(name)], send),
    apply: (_, __, [asked = {}, { init = {}, fetch = send } = {}]: [Asked?, Options?]) => {
      const method = path.at(-1)?.slice(1).toUpperCase() ?? ''
      return fetch(addressOf(path.slice(0, -1), asked), {
        ...init,
        method,
        ...(asked.json === undefined
          ? {}
          : { body: JSON.stringify(asked.json), headers: { 'content-type': 'application/json' } }),
      })
    },
  })
}

function addressOf(path: string[], { param = {}, query }: Asked): string {
  const parts = path.map((part) =>
    part.startsWith(':') ? encodeURIComponent(param[part.slice(1)] ?? '') : part,
  )
  return `/${parts.join('/')}${query === undefined ? '' : `?${new URLSearchParams(query)}`}`
}
