import * as z from 'zod'
import type { Client } from '../support/client.ts'

const Link = z.object({ url: z.url() })

/** For a PSA that frames no pages, how to sign in to the full page and open it at a record: lines to print. */
export async function waysIntoOwnPage(
  client: Client,
  tallypodUrl: string,
  from: { connection: string; entity: string; id: string; name: string },
): Promise<string[]> {
  const { connection, entity, id, name } = from
  const linkFor = async (member: string) =>
    Link.parse(await client.call('POST', '/api/session/links', { connection, member })).url
  const hint = new URLSearchParams({ connection, entity, id })
  return [
    `Sign in as a technician:        ${await linkFor('tess')}`,
    `Sign in as an administrator:    ${await linkFor('ada')}`,
    `The page, once signed in:       ${tallypodUrl}/?connection=${connection}`,
    `${`The page, at ${name}:`.padEnd(32)}${tallypodUrl}/?${hint}`,
    '',
    'Each link works once and for ten minutes. Open the second one in a private window: a browser is signed in as one person.',
    'For new links, enter the administrator token at the first set-up, and go to Settings, People.',
    '',
  ]
}
