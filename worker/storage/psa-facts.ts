import * as z from 'zod'
import type { Agreement, Line, Product } from '../domain/agreement.ts'
import { allRows, flag, jsonColumn, pieces } from './rows.ts'

const AgreementRow = z.object({
  id: z.string(),
  company_id: z.string(),
  name: z.string(),
  starts_on: z.string().nullable(),
  ends_on: z.string().nullable(),
  state: z.enum(['active', 'ended', 'inactive', 'missing']),
  next_invoice_on: z.string().nullable(),
  bundled: flag,
})

const ProductRow = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['active', 'inactive', 'missing']),
  price_minor: z.number().nullable(),
})

const LineShape = z.object({
  id: z.string(),
  agreementId: z.string(),
  productId: z.string(),
  quantity: z.number(),
  startsOn: z.string().nullable(),
  endsOn: z.string().nullable(),
  priceLevelId: z.string().nullable().default(null),
  bookableOn: z.string().nullable().default(null),
})

const LinesRow = z.object({
  agreement_id: z.string(),
  lines: jsonColumn(z.array(LineShape)),
  read_at: z.string(),
  read_on: z.string(),
})

export interface LinesRead {
  lines: Line[]
  /** ISO 8601 in UTC. */
  readAt: string
  /** Local day of the read. */
  readOn: string
}

/** What the PSA last said, so that one read serves a whole run. */
export function psaFactsStore(db: D1Database) {
  /** Notes what the PSA answered about the `asked` agreements; those that it does not know are noted as missing. */
  async function saveAgreements(
    connection: string,
    asked: string[],
    agreements: Agreement[],
    readFor: string,
  ): Promise<void> {
    const known = new Set(agreements.map((agreement) => agreement.id))
    const rows = [
      ...agreements.map((one) => [
        one.id,
        one.companyId,
        one.name,
        one.startsOn,
        one.endsOn,
        one.state,
        one.nextInvoiceOn,
        one.bundled ? 1 : 0,
      ]),
      ...asked.filter((id) => !known.has(id)).map((id) => [id, '', '', null, null, 'missing', null, 0]),
    ]
    await db.batch(
      pieces(rows).map((piece) =>
        db
          .prepare(
            `INSERT OR REPLACE INTO agreement (connection, id, company_id, name, starts_on, ends_on, state,
               next_invoice_on, bundled, read_for)
             SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, ?3
             FROM json_each(?2)`,
          )
          .bind(connection, JSON.stringify(piece), readFor),
      ),
    )
  }

  /** Those of `ids` that were not read for `readFor` yet. */
  function unreadAgreements(connection: string, ids: string[], readFor: string): Promise<string[]> {
    return unread('agreement', connection, ids, readFor)
  }

  async function agreements(connection: string, ids: string[]): Promise<Map<string, Agreement>> {
    const rows = await allRows(
      db
        .prepare('SELECT * FROM agreement WHERE connection = ?1 AND id IN (SELECT value FROM json_each(?2))')
        .bind(connection, JSON.stringify(ids)),
      AgreementRow,
    )
    return new Map(
      rows.flatMap((row) =>
        row.state === 'missing'
          ? []
          : [
              [
                row.id,
                {
                  id: row.id,
                  companyId: row.company_id,
                  name: row.name,
                  startsOn: row.starts_on,
                  endsOn: row.ends_on,
                  state: row.state,
                  nextInvoiceOn: row.next_invoice_on,
                  bundled: row.bundled,
                },
              ],
            ],
      ),
    )
  }

  /** As `saveAgreements`. */
  async function saveProducts(
    connection: string,
    asked: string[],
    products: Product[],
    readFor: string,
  ): Promise<void> {
    const known = new Set(products.map((product) => product.id))
    const rows = [
      ...products.map((one) => [one.id, one.name, one.active ? 'active' : 'inactive', one.priceMinor]),
      ...asked.filter((id) => !known.has(id)).map((id) => [id, '', 'missing', null]),
    ]
    await db.batch(
      pieces(rows).map((piece) =>
        db
          .prepare(
            `INSERT OR REPLACE INTO product (connection, id, name, state, price_minor, read_for)
             SELECT ?1, value->>0, value->>1, value->>2, value->>3, ?3 FROM json_each(?2)`,
          )
          .bind(connection, JSON.stringify(piece), readFor),
      ),
    )
  }

  function unreadProducts(connection: string, ids: string[], readFor: string): Promise<string[]> {
    return unread('product', connection, ids, readFor)
  }

  async function products(connection: string): Promise<Map<string, Product>> {
    const rows = await allRows(
      db.prepare('SELECT id, name, state, price_minor FROM product WHERE connection = ?1').bind(connection),
      ProductRow,
    )
    return new Map(
      rows.flatMap(({ id, name, state, price_minor: priceMinor }) =>
        state === 'missing' ? [] : [[id, { id, name, active: state === 'active', priceMinor }]],
      ),
    )
  }

  async function unread(
    table: 'agreement' | 'product',
    connection: string,
    ids: string[],
    readFor: string,
  ): Promise<string[]> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT value AS id FROM json_each(?2) WHERE NOT EXISTS (SELECT 1 FROM ${table} t
             WHERE t.connection = ?1 AND t.id = value AND t.read_for = ?3)`,
        )
        .bind(connection, JSON.stringify(ids), readFor),
      z.object({ id: z.string() }),
    )
    return rows.map((row) => row.id)
  }

  /** For a batch. */
  function saveLines(
    connection: string,
    agreementId: string,
    lines: Line[],
    readAt: string,
    readOn: string,
  ): D1PreparedStatement {
    return db
      .prepare(
        `INSERT OR REPLACE INTO agreement_lines (connection, agreement_id, lines, read_at, read_on)
         VALUES (?1, ?2, ?3, ?4, ?5)`,
      )
      .bind(connection, agreementId, JSON.stringify(lines), readAt, readOn)
  }

  /** For a batch: as `saveLines` for many agreements. */
  function saveManyLines(
    connection: string,
    read: Map<string, Line[]>,
    readAt: string,
    readOn: string,
  ): D1PreparedStatement[] {
    return pieces([...read], 100).map((piece) =>
      db
        .prepare(
          `INSERT OR REPLACE INTO agreement_lines (connection, agreement_id, lines, read_at, read_on)
           SELECT ?1, value->>0, value->>1, ?3, ?4 FROM json_each(?2)`,
        )
        .bind(connection, JSON.stringify(piece), readAt, readOn),
    )
  }

  /**
   * Lines of these agreements that were read since `readAt` (ISO 8601 in UTC) for the local day `readOn`, and that we
   * did not write to since; the others are absent.
   */
  async function freshLines(
    connection: string,
    agreementIds: string[],
    readAt: string,
    readOn: string,
  ): Promise<Map<string, Line[]>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT l.* FROM json_each(?2) a CROSS JOIN agreement_lines l
             ON l.connection = ?1 AND l.agreement_id = a.value
           WHERE l.read_at >= ?3 AND l.read_on = ?4 AND NOT EXISTS (SELECT 1 FROM change c WHERE c.connection = ?1
             AND c.agreement_id = l.agreement_id AND c.sent_at >= unixepoch(l.read_at, 'subsec') * 1000)`,
        )
        .bind(connection, JSON.stringify(agreementIds), readAt, readOn),
      LinesRow,
    )
    return new Map(rows.map((row) => [row.agreement_id, row.lines]))
  }

  async function lines(connection: string, agreementIds: string[]): Promise<Map<string, LinesRead>> {
    const rows = await allRows(
      db
        .prepare(
          `SELECT agreement_id, lines, read_at, read_on FROM agreement_lines
           WHERE connection = ?1 AND agreement_id IN (SELECT value FROM json_each(?2))`,
        )
        .bind(connection, JSON.stringify(agreementIds)),
      LinesRow,
    )
    return new Map(
      rows.map((row) => [row.agreement_id, { lines: row.lines, readAt: row.read_at, readOn: row.read_on }]),
    )
  }

  return {
    saveAgreements,
    unreadAgreements,
    agreements,
    saveProducts,
    unreadProducts,
    products,
    saveLines,
    saveManyLines,
    freshLines,
    lines,
  }
}

export type PsaFactsStore = ReturnType<typeof psaFactsStore>
