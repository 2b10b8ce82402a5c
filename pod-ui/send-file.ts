import { Failure } from './failure.ts'
import { withToken } from './session.ts'

/**
 * Takes the place of `fetch` in a call whose body is a file. A large file takes as long as it takes.
 *
 * @param onSent gets which share of the file has gone, from 0 to 1
 * @param signal gives up; what had arrived whole by then may be taken in all the same
 */
export function sending(file: File, signal: AbortSignal, onSent: (share: number) => void) {
  return (address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> =>
    withToken((token) => sent(`${address}`, init.method ?? 'PUT', token, file, signal, onSent))
}

function sent(
  address: string,
  method: string,
  token: string | null,
  file: File,
  signal: AbortSignal,
  onSent: (share: number) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, address)
    if (token !== null) request.setRequestHeader('authorization', `Bearer ${token}`)
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 1 : loaded / total)
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }))
    request.onerror = () => reject(new Failure(0, 'unanswered', 'No answer came.'))
    request.onabort = () => reject(new Failure(0, 'given_up', 'Sending was given up.'))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
