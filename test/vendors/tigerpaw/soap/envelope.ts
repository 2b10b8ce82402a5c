import { childOf, type XmlContent, type XmlElement, xmlIn, xmlOf } from './xml.ts'

const soap = 'http://schemas.xmlsoap.org/soap/envelope/'

/** The service's own namespace, but for the header. */
export const serviceNamespace = 'http://www.tigerpawsoftware.com'
const headerNamespace = `${serviceNamespace}/`

export interface Envelope {
  /** Null where there is no header in the service's namespace for headers, which has a slash at its end. */
  credentials: { userName: string; password: string } | null
  operation: XmlElement | undefined
}

/** Null where `text` is no SOAP 1.1 envelope. */
export function envelopeIn(text: string): Envelope | null {
  const root = xmlIn(text)
  if (root?.name !== 'Envelope' || root.namespace !== soap) return null
  const header = childOf(childOf(root, 'Header', soap), 'AuthHeader', headerNamespace)
  return {
    credentials: header
      ? { userName: textOf(header, 'UserName'), password: textOf(header, 'Password') }
      : null,
    operation: childOf(root, 'Body', soap)?.children[0],
  }
}

export function envelopeOf(body: XmlContent): string {
  return xmlOf({ 'soap:Envelope': { '@xmlns:soap': soap, 'soap:Body': body } })
}

function textOf(header: XmlElement, name: string): string {
  return childOf(header, name, headerNamespace)?.text ?? ''
}
