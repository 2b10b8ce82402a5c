import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import type { Json } from './row.ts'

export async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** Absent where the text is no JSON. */
export function jsonIn(text: string): Json | undefined {
  if (text === '') return undefined
  try {
    return z.json().parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
