import { VendorError } from '../../vendor/error.ts'
import { parseShape, type VendorHttp } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import { linesOfEach } from '../lines-of-each.ts'
import type { Agreement, Line, NewLine, Product, Psa, QuantityChange, Written } from '../port.ts'
import { recordId } from '../record-id.ts'
import { checkConnection } from './check.ts'
import { agreementChoices, companyChoices, productChoices } from './choices.ts'
import { type ConnectWiseClient, connectWiseClient, type Row } from './client.ts'
import type { ConnectWiseConnection } from './connection.ts'
import { podState, registerPod } from './hosted-pod.ts'
import { knownId, numbers } from './ids.ts'
import { isMember } from './member.ts'
import { rowsBelow, rowsWithIds } from './read.ts'
import {
  AdditionRecord,
  AgreementRecord,
  additionFields,
  agreementFields,
  CatalogRecord,
  catalogFields,
  midnight,
  type NewAddition,
  type QuantityPatch,
  toAgreement,
  toLine,
  toProduct,
} from './records.ts'
import { ticketDesk } from './ticket-desk.ts'

/** ConnectWise PSA, formerly Manage: agreements are billed by their additions. */
export function connectWise(connection: ConnectWiseConnection, http: VendorHttp, memory: RootMemory): Psa {
  const client = connectWiseClient(connection, http, memory)
  return {
    traits: { oneChangeADay: false, makesLines: true, needsTestWrite: false, agreementsPerRead: 1 },
    desk: ticketDesk(client, connection.baseUrl),
    assertRoom: async () => {},
    check: () => checkConnection(connection, http, memory),
    isMember: (claim) => isMember(connection, http, memory, claim),
    podState: (pod) => podState(client, pod.url),
    registerPod: (pod, screenIds) => registerPod(client, connection, pod, screenIds),
    companyChoices: (query) => companyChoices(client, query),
    agreementChoices: (query) => agreementChoices(client, query),
    productChoices: (query) => productChoices(client, query),
    priceLevelChoices: async () => ({ items: [], nextCursor: null }),
    agreements: (ids) => agreements(client, ids),
    products: (ids) => products(client, ids),
    lines: (agreementIds) => linesOfEach(agreementIds, (id) => lines(client, id)),
    companyProblem: async () => null,
    createLine: (line) => createLine(client, line),
    setQuantity: (change) => setQuantity(client, change),
    testWrite: async () => null,
  }
}

async function agreements(client: ConnectWiseClient, ids: string[]): Promise<Agreement[]> {
  const rows = await rowsWithIds(
    client,
    { path: '/finance/agreements', fields: agreementFields },
    numbers(ids),
  )
  return rows.map((row) => toAgreement(parseShape(client.vendor, row, AgreementRecord)))
}

async function products(client: ConnectWiseClient, ids: string[]): Promise<Product[]> {
  const rows = await rowsWithIds(
    client,
    { path: '/procurement/catalog', fields: catalogFields },
    numbers(ids),
  )
  return rows.map((row) => toProduct(parseShape(client.vendor, row, CatalogRecord)))
}

/**
 * A 404 is believed only when the list of agreements lacks the agreement too: lines that seem gone for another
 * reason would be made a second time.
 */
async function lines(client: ConnectWiseClient, agreementId: string): Promise<Line[]> {
  const id = recordId(agreementId)
  if (id === null) return []
  const rows = await rowsBelow(client, { path: additionsOf(id), fields: additionFields })
  if (rows !== null) {
    return rows.map((row) => toLine(agreementId, parseShape(client.vendor, row, AdditionRecord)))
  }
  const listed = await rowsWithIds(client, { path: '/finance/agreements', fields: 'id' }, [id])
  if (listed.length === 0) return []
  throw new VendorError(client.vendor, {
    kind: 'unavailable',
    detail: `it lists agreement ${id} but does not find its additions`,
    status: 404,
  })
}

async function createLine(client: ConnectWiseClient, line: NewLine): Promise<Written> {
  const addition: NewAddition = {
    product: { id: knownId(client, line.productId) },
    quantity: line.quantity,
    billCustomer: 'Billable',
    effectiveDate: midnight(line.startsOn),
  }
  const row = await client.write('POST', additionsOf(knownId(client, line.agreementId)), addition)
  return stored(client, line.agreementId, row)
}

async function setQuantity(client: ConnectWiseClient, change: QuantityChange): Promise<Written> {
  const path = `${additionsOf(knownId(client, change.agreementId))}/${knownId(client, change.lineId)}`
  const patch: QuantityPatch[] = [{ op: 'replace', path: 'quantity', value: change.to }]
  return stored(client, change.agreementId, await client.write('PATCH', path, patch))
}

function stored(client: ConnectWiseClient, agreementId: string, row: Row): Written {
  return { kind: 'stored', line: toLine(agreementId, parseShape(client.vendor, row, AdditionRecord)) }
}

function additionsOf(agreement: number): string {
  return `/finance/agreements/${agreement}/additions`
}
