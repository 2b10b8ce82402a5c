import type { VendorHttp } from '../../vendor/http.ts'
import { linesOfEach } from '../lines-of-each.ts'
import type { Psa } from '../port.ts'
import { submitCharges } from './charges.ts'
import { checkConnection } from './check.ts'
import { agreementChoices, companyChoices, priceLevelChoices, productChoices } from './choices.ts'
import { tigerpawClient } from './client.ts'
import type { TigerpawConnection } from './connection.ts'
import { agreements, charges, companyProblem, products } from './read.ts'
import { toLine } from './records.ts'
import { testWrite } from './test-write.ts'
import { ticketDesk } from './ticket-desk.ts'
import { chargeWriter } from './write.ts'

/**
 * Tigerpaw, now Rev.io PSA: agreements are billed by their additional charges. REST reads them, SOAP writes them.
 *
 * Prices that are needed for a write are asked for once, so that the adapter is for one message of work only.
 */
export function tigerpaw(connection: TigerpawConnection, http: VendorHttp, now: () => Date): Psa {
  const client = tigerpawClient(connection, http, now)
  const submit = submitCharges(connection, http)
  const writer = chargeWriter(client, submit)
  const today = () => now().toISOString().slice(0, 10)
  return {
    traits: { oneChangeADay: false, makesLines: true, needsTestWrite: true, agreementsPerRead: 1 },
    desk: ticketDesk(client),
    assertRoom: async () => {},
    check: () => checkConnection(client, connection),
    isMember: async () => false,
    podState: async () => null,
    registerPod: async () => null,
    companyChoices: (query) => companyChoices(client, query),
    agreementChoices: (query) => agreementChoices(client, query, today()),
    productChoices: (query) => productChoices(client, query),
    priceLevelChoices: (query) => priceLevelChoices(client, query),
    agreements: (ids) => agreements(client, ids),
    products: (ids) => products(client, ids),
    lines: (agreementIds) =>
      linesOfEach(agreementIds, async (id) =>
        (await charges(client, id)).map((charge) => toLine(id, charge)),
      ),
    companyProblem: (companyId) => companyProblem(client, connection, companyId),
    createLine: (line) => writer.create(line),
    setQuantity: (change) => writer.setQuantity(change),
    testWrite: (on) => testWrite(client, connection, submit, on, today()),
  }
}
