import type { Host, HostRecord, MemberProof } from './host.ts'

const patienceMs = 10_000

/**
 * The hosted-message protocol of ConnectWise: JSON as text in both directions. Only messages of the parent window from
 * an allowed origin are read; the first such origin stays the only one. All else is passed over in silence.
 *
 * @see docs/vendors/connectwise.md, "The pod's messages"
 */
export function connectWiseHost(allowed: string[]): Host {
  const parent = window.parent
  let origin = allowed.length === 1 ? allowed[0] : undefined
  let record: HostRecord | null | undefined
  let show: (record: HostRecord | null) => void = () => {}
  let save: () => Promise<string[]> = async () => []
  const proofs: ((data: unknown) => void)[] = []
  const frameId = promised<string>()

  function post(message: Record<string, unknown>): void {
    if (origin !== undefined) parent.postMessage(JSON.stringify(message), origin)
  }

  async function ask(request: string, args?: Record<string, unknown>): Promise<void> {
    const frameID = await frameId.promise
    post({ hosted_request: request, ...(args === undefined ? {} : { args }), frameID })
  }

  async function answerEvent(message: Record<string, unknown>): Promise<void> {
    const errors = message.event === 'beforeSave' ? await save() : []
    post({
      event: message.event,
      _id: message._id,
      ...(errors.length === 0 ? { result: 'success' } : { result: 'failure', errors }),
      frameID: await frameId.promise,
    })
  }

  window.addEventListener('message', (event) => {
    if (event.source !== parent || !allowed.includes(event.origin)) return
    if (origin !== undefined && event.origin !== origin) return
    const message = readMessage(event.data)
    if (message === null) return
    origin = event.origin

    if (typeof message.MessageFrameID === 'string') frameId.resolve(message.MessageFrameID)
    if (message.response === 'getmemberauthentication') {
      for (const take of proofs.splice(0)) take(message.data)
    }
    if (typeof message.event === 'string') {
      if (message.event === 'onLoad') {
        record = recordOf(message.data)
        show(record)
      }
      void answerEvent(message)
    }
  })
  // It holds no secret, so that it may go to every allowed origin as long as the parent's is not known.
  for (const each of allowed) parent.postMessage(JSON.stringify({ message: 'ready' }), each)

  return {
    kind: 'connectwise',
    memberProof: async () => {
      const answer = new Promise<unknown>((resolve) => proofs.push(resolve))
      await inTime(ask('getMemberAuthentication'))
      return proofOf(await inTime(answer))
    },
    onRecord: (listener) => {
      show = listener
      if (record !== undefined) show(record)
    },
    onSave: (listener) => {
      save = listener
    },
    setDirty: (dirty) => void ask('setDirty', { dirty }),
    openRecord: ({ screen, id }) => void ask('openScreen', { newTab: true, screen, id: Number(id) }),
  }
}

/** The page around us did not answer, or not with what the protocol says. */
export class HostSilence extends Error {
  override name = 'HostSilence'
}

function readMessage(data: unknown): Record<string, unknown> | null {
  if (typeof data !== 'string') return null
  try {
    const message: unknown = JSON.parse(data)
    return isObject(message) ? message : null
  } catch {
    return null
  }
}

function recordOf(data: unknown): HostRecord | null {
  const screen = isObject(data) ? data.screenObject : null
  if (!isObject(screen) || typeof screen.screen !== 'string') return null
  if (typeof screen.id !== 'number' && typeof screen.id !== 'string') return null
  return `${screen.id}` === '' ? null : { screen: screen.screen.toLowerCase(), id: `${screen.id}` }
}

function proofOf(data: unknown): MemberProof {
  if (!isObject(data)) throw new HostSilence()
  const { companyid, memberid, memberHash, memberContext, codeBase } = data
  if (typeof companyid !== 'string' || typeof memberid !== 'string' || typeof memberHash !== 'string') {
    throw new HostSilence()
  }
  return {
    companyid,
    memberid,
    memberHash,
    memberContext: typeof memberContext === 'string' ? memberContext : 'web',
    ...(typeof codeBase === 'string' ? { codeBase } : {}),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function promised<Value>() {
  const { promise, resolve } = Promise.withResolvers<Value>()
  return { promise, resolve }
}

/** @throws HostSilence where it takes too long */
async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  let timer = 0
  const silence = new Promise<never>((_, reject) => {
    timer = window.setTimeout(() => reject(new HostSilence()), patienceMs)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    window.clearTimeout(timer)
  }
}
