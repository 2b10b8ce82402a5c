/**
 * The host's side of the messages with one hosted page: JSON as text in both directions. What is not understood is
 * passed over in silence, as ConnectWise does it; only the log tells.
 *
 * @param {HTMLIFrameElement} iframe
 * @param {object} options
 * @param {string} options.origin messages go there and are taken from there alone
 * @param {object} options.screenObject told with every event
 * @param {'pod' | 'tab'} options.hostedAs
 * @param {Record<string, (args: object) => unknown>} options.requests by their names; what one resolves to is sent
 *   as the answer, `undefined` is not answered
 * @param {(from: 'page' | 'pod', message: unknown) => (note: string) => void} options.log lists a message; what it
 *   returns adds a note to it
 */
export function hostedFrame(iframe, { origin, screenObject, hostedAs, requests, log }) {
  const frameID = crypto.randomUUID()
  const raised = new Map()
  let isReady = false

  function post(message, note) {
    iframe.contentWindow.postMessage(JSON.stringify(message), origin)
    const remark = log('page', message)
    if (note !== undefined) remark(note)
  }

  /** Settles with the pod's answer, and never where there is none. */
  function raise(event) {
    const _id = crypto.randomUUID()
    const answer = new Promise((resolve) => raised.set(_id, { event, resolve }))
    post({ event, _id, data: { screenObject } })
    return answer
  }

  function onReady() {
    isReady = true
    post({ MessageFrameID: frameID })
    post({ MessageFrameID: frameID }, 'again, as it happens')
    void raise('onLoad')
  }

  function onAnswer(message) {
    const open = raised.get(message._id)
    if (open?.event !== message.event) return 'ignored: answers no event'
    raised.delete(message._id)
    open.resolve(message)
    return undefined
  }

  function onRequest({ hosted_request: name, args }) {
    const request = Object.hasOwn(requests, name) ? requests[name] : undefined
    if (request === undefined) return 'ignored: no such request'
    if (name === 'refreshScreen' && hostedAs !== 'pod') return 'ignored: for pods only'
    void Promise.resolve(request(args ?? {})).then((data) => {
      if (data !== undefined) post({ response: name.toLowerCase(), data, _id: crypto.randomUUID() })
    })
    return undefined
  }

  /** Why a message is passed over; undefined where it is not. */
  function take(message) {
    if (message === null || typeof message !== 'object') return 'ignored: no object'
    if (message.message === 'ready') return onReady()
    if (message.frameID !== frameID) return 'ignored: no frameID, or another frame’s'
    if (typeof message.event === 'string') return onAnswer(message)
    if (typeof message.hosted_request === 'string') return onRequest(message)
    return 'ignored: neither event nor hosted_request'
  }

  function whyUnread(sender, data, message) {
    if (sender !== origin) return `ignored: it comes from ${sender}`
    if (typeof data !== 'string') return 'ignored: not text'
    return message === undefined ? 'ignored: no JSON' : undefined
  }

  window.addEventListener('message', ({ source, origin: sender, data }) => {
    if (source !== iframe.contentWindow) return
    const message = typeof data === 'string' ? parsed(data) : undefined
    const remark = log('pod', message ?? data)
    const note = whyUnread(sender, data, message) ?? take(message)
    if (note !== undefined) remark(note)
  })

  return { hostedAs, raise, isReady: () => isReady }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
