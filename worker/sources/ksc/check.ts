import type { ConnectionCheck, ConnectionProblem } from '../../vendor/check.ts'
import { describeFailure, VendorError } from '../../vendor/error.ts'
import type { Tenant } from '../port.ts'
import type { Access } from './connection.ts'
import { licenceKeys } from './licence-keys.ts'
import { productVersion, virtualServers } from './servers.ts'
import { inSession } from './session.ts'

/** Tries what a run does: logging on, listing the virtual servers, opening one and reading its licence keys. */
export async function checkConnection(access: Access): Promise<ConnectionCheck> {
  const problems: ConnectionProblem[] = []
  let version: string | undefined

  const servers = await tried('log_on', () =>
    inSession(access, null, async (session) => {
      version = await tried('version', () => productVersion(session))
      return tried('list', () => virtualServers(session))
    }),
  )
  const server = servers?.find(({ enabled }) => enabled)
  if (servers && !server) problems.push(nothingToRead(servers))
  if (server) {
    await tried(
      'open',
      () => inSession(access, server, (session) => tried('keys', () => licenceKeys(session), server.name)),
      server.name,
    )
  }
  return { ok: problems.length === 0, problems, ...(version === undefined ? {} : { version }) }

  async function tried<T>(step: Step, work: () => Promise<T>, serverName = ''): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof VendorError)) throw error
      problems.push(problemOf(step, error, access, serverName))
      return undefined
    }
  }
}

type Step = 'log_on' | 'version' | 'list' | 'open' | 'keys'

function problemOf(
  step: Step,
  { failure }: VendorError,
  { connection }: Access,
  serverName: string,
): ConnectionProblem {
  const address = connection.baseUrl
  switch (failure.kind) {
    case 'unauthorized':
      return step === 'log_on' ? wrongPassword(connection.credentials) : missingRight(step, serverName, null)
    case 'throttled':
      return busy(describeFailure(failure))
    case 'unavailable':
      if (step === 'log_on' && neverArrived(failure.status)) return unreachable(address, failure.detail)
      return failure.status === 200 ? notSecurityCenter(address) : busy(failure.detail)
    case 'rejected':
      return step === 'log_on' && failure.status !== 200 && failure.status !== 403
        ? notSecurityCenter(address)
        : missingRight(step, serverName, failure.reply)
    case 'unexpected_reply':
      return {
        code: 'unexpected_answer',
        message: `An answer of Security Center is not as expected while ${doing(step, serverName)} (${failure.issues}). Nothing is billed from such an answer; check that the version is a supported one.`,
      }
  }
}

/** No status, or one by which Cloudflare says that it could not get through to the server behind it. */
function neverArrived(status: number | undefined): boolean {
  return status === undefined || (status >= 520 && status <= 530)
}

function wrongPassword({ user, internal }: { user: string; internal: boolean }): ConnectionProblem {
  const kind = internal
    ? 'It is looked up among the internal users of Security Center; for a Windows user, set "internal" to false.'
    : 'It is looked up as a Windows user; for an internal user of Security Center, set "internal" to true.'
  return {
    code: 'wrong_credentials',
    message: `Security Center refused the user ${user}. Enter the user name and password again. ${kind}`,
  }
}

function unreachable(address: string, detail: string): ConnectionProblem {
  return {
    code: 'unreachable',
    message: [
      `Nothing usable came from ${address}: ${detail}.`,
      'Check three things. Certificate: the one that Security Center makes for itself is not trusted; publish the server through a Cloudflare Tunnel or behind a publicly trusted certificate.',
      'Port: the Open API listens on 13299 unless changed, and a firewall must let it through.',
      'DNS: the host name must lead to the server from the internet.',
    ].join(' '),
  }
}

function notSecurityCenter(address: string): ConnectionProblem {
  return {
    code: 'not_security_center',
    message: `Something else than the Open API of Security Center answers at ${address}. Check host and port (13299 unless changed), and where an access proxy stands in front, that its headers are set on this connection.`,
  }
}

function busy(detail: string): ConnectionProblem {
  return {
    code: 'unavailable',
    message: `Security Center could not finish an answer: ${detail}. Try again in a few minutes; if it stays so, look at the load of the server.`,
  }
}

function missingRight(step: Step, serverName: string, reply: string | null): ConnectionProblem {
  const said = reply === null || reply.trim() === '' ? '' : ` It says: ${reply.trim()}`
  return {
    code: 'missing_right',
    message: `Security Center refused ${doing(step, serverName)}. Give the user the right to read on the main server and on every virtual server.${said}`,
  }
}

function nothingToRead(servers: Tenant[]): ConnectionProblem {
  return servers.length === 0
    ? {
        code: 'no_virtual_servers',
        message:
          'Security Center shows no virtual server. Each customer needs one: create them, or give the user the right to read those that exist.',
      }
    : {
        code: 'no_enabled_virtual_server',
        message: `None of the ${servers.length} virtual servers is enabled. Enable those of the customers to be billed.`,
      }
}

function doing(step: Step, serverName: string): string {
  switch (step) {
    case 'log_on':
      return 'logging on to the main server'
    case 'version':
      return 'reading its version'
    case 'list':
      return 'listing the virtual servers'
    case 'open':
      return `logging on to the virtual server "${serverName}"`
    case 'keys':
      return `reading the licence keys of the virtual server "${serverName}"`
  }
}
