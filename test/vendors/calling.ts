/** What the emulators' own tests send. */
export interface Sent {
  method?: string
  body?: unknown
  headers?: Record<string, string>
}

export interface Received {
  status: number
  headers: Headers
  /** The text itself where it is no JSON. */
  json: unknown
}

export async function received(response: Response): Promise<Received> {
  const text = await response.text()
  const json: unknown = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, json }
}
