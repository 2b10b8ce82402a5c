import { type Received, received, type Sent } from '../calling.ts'
import type { Account } from './account.ts'
import type { Tigerpaw } from './server.ts'
import { tokenOf } from './signature.ts'

/** What the vendor's clock shows in the emulator's own tests. */
export const clock = new Date('2026-11-17T09:30:00Z')

interface Signed extends Sent {
  privateKey?: string
  /** That the request is signed with. */
  date?: string
  /** The header that says so. */
  dateHeader?: 'x-tsi-date' | 'date'
}

/** Calls the REST API with the account's own keys, except for what is said otherwise. */
export async function call(account: Account, path: string, sent: Signed = {}): Promise<Received> {
  const { method = 'GET', body, date = clock.toUTCString(), dateHeader = 'x-tsi-date' } = sent
  const url = new URL(path, account.baseUrl)
  const signed = { method, path: url.pathname, date }
  const token = tokenOf(signed, account.publicKey, sent.privateKey ?? account.privateKey)
  const response = await fetch(url, {
    method,
    headers: { authorization: `TSI ${token}`, [dateHeader]: date, ...sent.headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return received(response)
}

/** Elements by their names; texts are written as they are. */
export type Line = Record<string, string | number | boolean>

export interface Submitted {
  agreement?: number
  account?: number
  user?: string
  password?: string
  action?: string
  contentType?: string
  /** Of the operation and what is in it. */
  namespace?: string
  headerNamespace?: string
  root?: string
}

export interface SoapReceived {
  status: number
  text: string
  /** What each `Success`, `Message`, `DetailId` and `faultstring` says, in the order they stand there. */
  said: string[]
}

/** Submits lines for agreement 31 of account 250, except for what is said otherwise. */
export async function submit(account: Account, lines: Line[], sent: Submitted = {}): Promise<SoapReceived> {
  const { agreement = 31, account: owner = 250, root = 'AgreementAdditionalCharges' } = sent
  const { user = account.soapUser, password = account.soapPassword } = sent
  const namespace = sent.namespace ?? 'http://www.tigerpawsoftware.com'
  const charges = lines.map((line) => `<AdditionalCharge>${elements(line)}</AdditionalCharge>`).join('')
  const response = await fetch(`${account.baseUrl}/api/rmm/tsiWS.asmx`, {
    method: 'POST',
    headers: {
      'content-type': sent.contentType ?? 'text/xml; charset=utf-8',
      soapaction: sent.action ?? '"http://www.tigerpawsoftware.com/SubmitAgreementAdditionalCharges"',
    },
    body: `<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
  <s:Header>
    <AuthHeader xmlns="${sent.headerNamespace ?? 'http://www.tigerpawsoftware.com/'}">
      ${elements({ UserName: user, Password: password })}
    </AuthHeader>
  </s:Header>
  <s:Body>
    <SubmitAgreementAdditionalCharges xmlns="${namespace}"><Params><${root} xmlns="">
      ${elements({ AgreementNumber: agreement, AccountNumber: owner })}
      ${charges}
    </${root}></Params></SubmitAgreementAdditionalCharges>
  </s:Body>
</s:Envelope>`,
  })
  const text = await response.text()
  const said = text.matchAll(/<(?:Success|Message|DetailId|faultstring)(?:\/>|>([^<]*))/g)
  return { status: response.status, text, said: [...said].map(([, words]) => words ?? '') }
}

function elements(line: Line): string {
  return Object.entries(line)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')
}

/**
 * Acme (250), linked, with the agreement 31; the price levels 11 and 12; KES-WKS (41) at 3.50 and 3 there, and
 * KES-SRV (42) at 7 at level 11 only.
 */
export function acmeAccount(tigerpaw: Tigerpaw): Account {
  const account = tigerpaw.account()
  account.addAccount({ id: 250, name: 'Acme GmbH', linked: true })
  account.addPriceLevel({ id: 11, description: 'List' })
  account.addPriceLevel({ id: 12, description: 'Partner' })
  account.addItem({ id: 41, itemId: 'KES-WKS', description: 'Workstation', prices: { 11: 3.5, 12: 3 } })
  account.addItem({ id: 42, itemId: 'KES-SRV', description: 'Server', prices: { 11: 7 } })
  account.addAgreement({ id: 31, account: 250, startDate: '2026-01-01' })
  return account
}
