import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { VendorError } from '../../vendor/error.ts'
import { parseReply, type VendorHttp, type VendorReply } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import { originOf } from '../origin.ts'
import { type Asked, checked, failureProblem, ownServerAdvice } from '../problems.ts'
import { isWebPage } from '../reply-text.ts'
import { type ConnectWiseClient, connectWiseClient, Rows } from './client.ts'
import type { ConnectWiseConnection } from './connection.ts'
import { assertAccepted, readableText } from './failure.ts'
import { SystemInfo } from './records.ts'
import { missingRight, rights } from './rights.ts'
import { askSite, isCloud, type SiteAnswer } from './site.ts'

/**
 * Tries everything a run reads. Rights to add and edit agreements can't be tried without writing.
 *
 * @see docs/vendors/connectwise.md, "Rights of the API member"
 */
export async function checkConnection(
  connection: ConnectWiseConnection,
  http: VendorHttp,
  memory: RootMemory,
): Promise<ConnectionCheck> {
  if (connection.credentials.clientId.trim() === '') return checked([clientIdMissing])
  try {
    const site = await askSite(connection, http)
    if (site.kind === 'found') await memory.set(site.apiRoot)
    const client = connectWiseClient(connection, http, memory)
    const { problems, reached } = await missingRights(client, connection)
    if (!reached && site.kind !== 'found') return checked([siteProblem(site, connection)])
    const version = reached ? await productVersion(client) : null
    return { ...checked(problems), ...(version === null ? {} : { version }) }
  } catch (error) {
    if (error instanceof VendorError) return checked([failureProblem(error.failure, asked(connection))])
    throw error
  }
}

/** `reached` where ConnectWise itself answered to the keys, with data or with a missing right. */
async function missingRights(
  client: ConnectWiseClient,
  connection: ConnectWiseConnection,
): Promise<{ problems: ConnectionProblem[]; reached: boolean }> {
  const problems: ConnectionProblem[] = []
  for (const { path } of rights) {
    const reply = await client.get(`${path}?fields=id&pageSize=1`)
    if (reply.status === 403 && !isWebPage(reply.text) && !namesClientId(reply)) {
      problems.push({ code: 'right_missing', message: missingRight('GET', path) })
      continue
    }
    const problem = await refusal(client, connection, reply)
    if (problem !== null) return { problems: [problem], reached: false }
  }
  if (problems.length === rights.length) problems.push(clientIdDoubtful)
  return { problems, reached: true }
}

/** Why the reply holds no data, or null where it does. */
async function refusal(
  client: ConnectWiseClient,
  connection: ConnectWiseConnection,
  reply: VendorReply,
): Promise<ConnectionProblem | null> {
  if (isWebPage(reply.text)) return notConnectWise(connection)
  if ((reply.status === 401 || reply.status === 403) && namesClientId(reply)) return clientIdRefused
  if (reply.status === 401) return credentialsRefused
  if (reply.status === 404) {
    return isCloud(await client.apiRoot()) ? credentialsRefused : notConnectWise(connection)
  }
  assertAccepted(client.vendor, reply)
  parseReply(client.vendor, reply, Rows)
  return null
}

async function productVersion(client: ConnectWiseClient): Promise<string | null> {
  const reply = await client.get('/system/info')
  if (reply.status !== 200 || isWebPage(reply.text)) return null
  return parseReply(client.vendor, reply, SystemInfo).version ?? null
}

function namesClientId(reply: VendorReply): boolean {
  return /client\s?-?id/i.test(readableText(reply.text))
}

const credentialsRefused: ConnectionProblem = {
  code: 'credentials_refused',
  message:
    'ConnectWise refused the keys. Check the company that is typed at sign-in, the public key, the private key and ' +
    'the clientId. New keys are made in System > Members > API Members > API Keys; the private key is shown only once.',
}

const clientIdMissing: ConnectionProblem = {
  code: 'client_id_missing',
  message:
    'The clientId is empty. Each integration gets one at developer.connectwise.com > ClientID; enter it in the connection.',
}

const clientIdRefused: ConnectionProblem = {
  code: 'client_id_refused',
  message:
    'ConnectWise refused the clientId. Compare it with the one at developer.connectwise.com > ClientID, and enter it again.',
}

const clientIdDoubtful: ConnectionProblem = {
  code: 'client_id_doubtful',
  message:
    'Everything was refused at once. If the role already has these rights, then the clientId is not accepted: compare it ' +
    'with the one at developer.connectwise.com > ClientID.',
}

function siteProblem(site: SiteAnswer, connection: ConnectWiseConnection): ConnectionProblem {
  if (site.kind === 'not_connectwise') return notConnectWise(connection)
  return {
    code: 'company_unknown',
    message:
      `${originOf(connection.baseUrl)} knows no company "${connection.credentials.companyId}". Enter the company as it ` +
      'is typed at sign-in to ConnectWise, and check that the address is the one you sign in at.',
  }
}

function notConnectWise(connection: ConnectWiseConnection): ConnectionProblem {
  return {
    code: 'not_connectwise',
    message:
      `What answers at ${originOf(connection.baseUrl)} is not the ConnectWise API. Enter the address you sign in to ` +
      'ConnectWise at, e.g. https://na.myconnectwise.net, and let no proxy or sign-in page stand before it.',
  }
}

function asked(connection: ConnectWiseConnection): Asked {
  const address = originOf(connection.baseUrl)
  return { psa: 'ConnectWise', address, credentialsRefused, advice: ownServerAdvice }
}
