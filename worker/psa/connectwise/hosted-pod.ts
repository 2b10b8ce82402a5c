import * as z from 'zod'
import { surelyNotDone, VendorError } from '../../vendor/error.ts'
import { parseReply, parseShape, type VendorReply } from '../../vendor/http.ts'
import type { PodProblem, PodRegistration, PodSetup, PodState } from '../port.ts'
import { recordId } from '../record-id.ts'
import { type ConnectWiseClient, listPath, Rows } from './client.ts'
import type { ConnectWiseConnection } from './connection.ts'
import { assertAccepted, readableText } from './failure.ts'
import { largestPage } from './read.ts'

const Screen = z.object({ id: z.int(), screenId: z.string().nullish(), name: z.string().nullish() })
const Setup = z.object({
  screenId: z.int().nullish(),
  url: z.string().nullish(),
  disabledFlag: z.boolean().nullish(),
})

const screensPath = '/system/connectWiseHostedScreens'
const setupsPath = '/system/connectwisehostedsetups'

/**
 * Whether the pod is on any screen, and on which ones it can be put. Even then people see it only after they have added
 * it to their own layout of the screen.
 *
 * @see docs/vendors/connectwise.md, "Showing the pod"
 */
export async function podState(client: ConnectWiseClient, url: string): Promise<PodState> {
  const [screens, setups] = await Promise.all([
    rows(client, screensPath, 'id,screenId,name', Screen),
    setupsOf(client, url),
  ])
  if (!screens.ok) return { registered: null, screens: [], problem: screens.problem }
  if (!setups.ok) return { registered: null, screens: [], problem: setups.problem }
  const registered = setups.rows.some((setup) => !setup.disabledFlag)
  return {
    registered,
    screens: screens.rows.map(({ id, screenId, name }) => ({
      id: `${id}`,
      name: name ?? screenId ?? `#${id}`,
    })),
    problem: !registered && setups.rows.length > 0 ? switchedOff : null,
  }
}

/** Puts the pod on screens where it is not yet, and stops at the first that is refused. */
export async function registerPod(
  client: ConnectWiseClient,
  connection: ConnectWiseConnection,
  pod: PodSetup,
  screenIds: string[],
): Promise<PodRegistration> {
  const setups = await setupsOf(client, pod.url)
  if (!setups.ok) return { made: [], problem: setups.problem }
  const made: string[] = []
  for (const id of new Set(screenIds)) {
    const screenId = recordId(id)
    if (screenId === null) return { made, problem: noSuchScreen }
    const there = setups.rows.filter((setup) => setup.screenId === screenId)
    if (there.some((setup) => !setup.disabledFlag)) continue
    if (there.length > 0) return { made, problem: switchedOff }
    const problem = await make(client, connection, pod, screenId)
    if (problem !== null) return { made, problem }
    made.push(id)
  }
  return { made, problem: null }
}

/** Null where it is made. After a lost answer ConnectWise is asked what became of it, so that none is made twice. */
async function make(
  client: ConnectWiseClient,
  connection: ConnectWiseConnection,
  pod: PodSetup,
  screenId: number,
): Promise<PodProblem | null> {
  try {
    await client.write('POST', setupsPath, {
      screenId,
      description: pod.description,
      url: pod.url,
      origin: pod.origin,
      type: 'Pod',
      clientId: connection.credentials.clientId,
      podHeight: pod.height,
    })
    return null
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    if (error.failure.kind === 'rejected') return refused(error.failure.status, error.failure.reply)
    if (surelyNotDone(error.failure)) throw error
    const setups = await setupsOf(client, pod.url)
    if (setups.ok && setups.rows.some((setup) => setup.screenId === screenId)) return null
    throw error
  }
}

type Found<Row> = { ok: true; rows: Row[] } | { ok: false; problem: PodProblem }

async function setupsOf(client: ConnectWiseClient, url: string): Promise<Found<z.output<typeof Setup>>> {
  const all = await rows(client, setupsPath, 'id,screenId,url,disabledFlag', Setup)
  return all.ok ? { ok: true, rows: all.rows.filter((setup) => setup.url === url) } : all
}

/** One page is far more than there are. A list that this ConnectWise does not have, or does not show, is no failure. */
async function rows<Schema extends z.ZodType>(
  client: ConnectWiseClient,
  path: string,
  fields: string,
  schema: Schema,
): Promise<Found<z.output<Schema>>> {
  const reply: VendorReply = await client.get(listPath(path, { fields, pageSize: largestPage }))
  if (reply.status === 403 || reply.status === 404) {
    return { ok: false, problem: refused(reply.status, readableText(reply.text)) }
  }
  assertAccepted(client.vendor, reply, { method: 'GET', path })
  const found = parseReply(client.vendor, reply, Rows)
  return { ok: true, rows: found.map((row) => parseShape(client.vendor, row, schema)) }
}

function refused(status: number, reply: string): PodProblem {
  switch (status) {
    case 403:
      return {
        code: 'right_missing',
        message:
          "The API member may not set up pods. In ConnectWise open System > Security Roles > the API member's role > " +
          'System > Table Setup and set Inquire and Add to All, or enter the pod by hand.',
        reply,
      }
    case 404:
      return {
        code: 'not_offered',
        message:
          'This ConnectWise does not let programs set up pods. Check the connection; where that is well, enter the pod by hand.',
        reply,
      }
    default:
      return {
        code: 'registration_refused',
        message: 'ConnectWise refused the pod as it was sent. Enter it by hand.',
        reply,
      }
  }
}

const noSuchScreen: PodProblem = {
  code: 'screen_not_found',
  message: 'ConnectWise has no such screen. Reload the list of screens and choose again.',
  reply: null,
}

const switchedOff: PodProblem = {
  code: 'pod_switched_off',
  message:
    'The pod is set up in ConnectWise, but switched off there. Enable it in System > Setup Tables > General > Manage Hosted API.',
  reply: null,
}
