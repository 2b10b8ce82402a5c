import type { Deps } from '../deps.ts'
import { type Agreement, agreementProblem, type Line, type Product } from '../domain/agreement.ts'
import { isStructural } from '../domain/change.ts'
import { type ChangeDraft, type CompanyFacts, type CompanyPlan, planCompany } from '../domain/plan.ts'
import { recheckIsDue } from '../domain/recheck.ts'
import { hasParts, lineKey, type Part, productsInUse, type WantedLine } from '../domain/wanted.ts'
import type { Psa } from '../psa/port.ts'
import type { NewChange } from '../storage/changes.ts'
import type { LinesRead } from '../storage/psa-facts.ts'
import { VendorError } from '../vendor/error.ts'
import type { CompanyKnowledge, Rules } from './company-facts.ts'
import type { Lease } from './lease.ts'

/** What one message of a billing chain works with. */
export interface Billing {
  deps: Deps
  connection: string
  psa: Psa
  lease: Lease
  rules: Rules
  /** The local day that is billed. */
  day: string
  /** Whether the connection still lacks the test write without which nothing may be written. */
  untested: boolean
  /** Null outside of runs. */
  run: { id: string; dryRun: boolean; named: boolean; attempts: number; roomSeenMs: number } | null
}

export type RunBilling = Billing & { run: NonNullable<Billing['run']> }

/** What the PSA said about the agreements and products of some companies. */
export interface PsaFacts {
  agreements: Map<string, Agreement>
  products: Map<string, Product>
  /** As last read, perhaps days ago. */
  lines: Map<string, LinesRead>
  /** As read moments ago, by agreement; these are not read again. */
  fresh: Map<string, Line[]>
  /** Lines that have taken the one change that the PSA books for a line and day, by their id. */
  changedToday: Set<string>
}

/**
 * Agreements and products of these companies, asked of the PSA once for each `readFor` (a run, an approval), and in a
 * run for all companies at once.
 */
export async function psaFacts(
  billing: Billing,
  companies: CompanyKnowledge[],
  readFor: string,
): Promise<PsaFacts> {
  const { deps, connection, psa, rules, run, day } = billing
  const here = companies.flatMap((company) => [...company.wanted, ...company.own])
  const agreementIds = [...new Set(here.map((line) => line.agreementId))]
  const everywhere = run === null || run.named ? [] : await deps.configuration.agreementIds(connection)

  const productIds = [...new Set([...productsInUse(rules.products), ...here.map((line) => line.productId)])]
  const [unread, unreadProducts] = await Promise.all([
    deps.facts.unreadAgreements(connection, [...new Set([...agreementIds, ...everywhere])], readFor),
    deps.facts.unreadProducts(connection, productIds, readFor),
  ])
  await Promise.all([
    unread.length > 0 &&
      psa
        .agreements(unread, day)
        .then((read) => deps.facts.saveAgreements(connection, unread, read, readFor)),
    unreadProducts.length > 0 &&
      psa
        .products(unreadProducts)
        .then((read) => deps.facts.saveProducts(connection, unreadProducts, read, readFor)),
  ])
  const [agreements, products, lines, changedToday] = await Promise.all([
    deps.facts.agreements(connection, agreementIds),
    deps.facts.products(connection),
    deps.facts.lines(connection, agreementIds),
    psa.traits.oneChangeADay ? deps.changes.sentOn(connection, agreementIds, day) : new Set<string>(),
  ])
  return { agreements, products, lines, fresh: new Map(), changedToday }
}

export interface PlannedCompany extends CompanyPlan {
  /** Lines that agree, read today or by the last read. */
  unchanged: number
  /** Keeps what was read, for a batch. */
  statements: D1PreparedStatement[]
}

/**
 * Plans one company from fresh reads of those agreements where something may differ.
 *
 * @param everything reads every agreement, whatever was known
 * @param chosen lines that a person chose among several, by `lineKey`
 * @throws VendorError where an agreement could not be read to its end
 */
export async function planFromPsa(
  billing: Billing,
  company: CompanyKnowledge,
  facts: PsaFacts,
  everything: boolean,
  chosen: Map<string, string> = new Map(),
): Promise<PlannedCompany> {
  const { deps, connection, psa, rules, day } = billing
  const lookAt = agreementsToRead(billing, company, facts, everything)
  const lines = new Map<string, Line[]>()
  const statements: D1PreparedStatement[] = []
  for (const agreementId of lookAt) {
    const known = facts.fresh.get(agreementId)
    const mine = ourKindOfLines(company, known ?? (await linesOn(billing, agreementId)))
    lines.set(agreementId, mine)
    if (known === undefined) {
      statements.push(deps.facts.saveLines(connection, agreementId, mine, deps.now().toISOString(), day))
    }
  }

  const stands = (line: WantedLine) =>
    !lookAt.has(line.agreementId) && standingProblem(line, company, facts, day) === null
  const planUnder = (obstacle: CompanyFacts['obstacle']) =>
    planCompany({
      day,
      companyId: company.companyId,
      wanted: company.wanted.filter((line) => !stands(line)),
      agreements: facts.agreements,
      products: facts.products,
      lines,
      own: company.own,
      dismissed: new Map(company.dismissed.map((line) => [lineKey(line), line.quantity])),
      chosen,
      changedToday: facts.changedToday,
      makesLines: psa.traits.makesLines,
      obstacle,
      guardRails: rules.settings.guardRails,
      approval: rules.settings.approval,
    })
  const free = planUnder(billing.untested ? 'write_not_confirmed' : null)
  const mayWrite = free.changes.some(({ reason }) => reason === null || !isStructural(reason))
  const problem = mayWrite ? await psa.companyProblem(company.companyId) : null
  const plan = problem === null ? free : planUnder(problem)
  return { ...plan, unchanged: plan.kept.length + linesOf(company).filter(stands).length, statements }
}

/** Wanted lines that are ours already. */
export function linesOf(company: CompanyKnowledge): WantedLine[] {
  return company.wanted.filter((line) => company.own.some((own) => lineKey(own) === lineKey(line)))
}

/**
 * Whether nothing can have changed for the company: no change is open, all its agreements run, none is due to be read,
 * and its lines agreed with the very same use when they were last looked at.
 */
export function needsNoLook(billing: Billing, company: CompanyKnowledge, facts: PsaFacts): boolean {
  return (
    company.open.length === 0 &&
    agreementsToRead(billing, company, facts, false).size === 0 &&
    company.wanted.every((line) => standingProblem(line, company, facts, billing.day) === null)
  )
}

/** @throws VendorError where the PSA has the agreement but does not let us tell what it bills */
async function linesOn({ psa, day }: Billing, agreementId: string): Promise<Line[]> {
  const lines = (await psa.lines([agreementId], day)).get(agreementId)
  if (lines !== undefined) return lines
  const issues = `what the lines of agreement ${agreementId} bill on ${day} cannot be told`
  throw new VendorError('The PSA', { kind: 'unexpected_reply', issues })
}

/** Lines of the products that are billed, and lines of ours: no others are ever looked at. */
function ourKindOfLines(company: CompanyKnowledge, lines: Line[]): Line[] {
  const products = new Set([...company.wanted, ...company.own].map((line) => line.productId))
  return lines.filter(
    (line) => products.has(line.productId) || company.own.some((own) => own.lineId === line.id),
  )
}

/** Agreements that run and on which something may differ from what is wanted. */
export function agreementsToRead(
  { psa, run, day }: Billing,
  company: CompanyKnowledge,
  facts: PsaFacts,
  everything: boolean,
): Set<string> {
  const wantedAgreements = [...new Set(company.wanted.map((line) => line.agreementId))].filter(
    (id) => agreementProblem(facts.agreements.get(id), company.companyId, day) === null,
  )
  const reading = wantedAgreements.filter(
    (id) =>
      everything ||
      psa.traits.agreementsPerRead > 1 ||
      run?.named === true ||
      company.open.some((change) => change.agreementId === id) ||
      recheckIsDue({
        id,
        nextInvoiceOn: facts.agreements.get(id)?.nextInvoiceOn ?? null,
        lastReadOn: facts.lines.get(id)?.readOn ?? null,
        day,
      }) ||
      company.wanted.some((line) => line.agreementId === id && differs(line, company)),
  )
  const wanted = company.wanted.filter((line) => reading.includes(line.agreementId))
  const elsewhere = company.own.filter(
    (own) =>
      wanted.some(
        (line) =>
          lineKey(line) !== lineKey(own) &&
          line.parts.some((part) =>
            own.parts.some((old) => part.tenant === old.tenant && part.application === old.application),
          ),
      ) && facts.agreements.has(own.agreementId),
  )
  return new Set([...reading, ...elsewhere.map((own) => own.agreementId)])
}

function differs(line: WantedLine, company: CompanyKnowledge): boolean {
  const own = company.own.find((candidate) => lineKey(candidate) === lineKey(line))
  if (own === undefined) return line.quantity > 0
  return (
    !own.agrees ||
    own.written !== line.quantity ||
    own.priceLevelId !== line.priceLevelId ||
    !hasParts(own, line.parts) ||
    line.goneQuantity > 0
  )
}

function standingProblem(line: WantedLine, company: CompanyKnowledge, facts: PsaFacts, day: string) {
  return agreementProblem(facts.agreements.get(line.agreementId), company.companyId, day)
}

/**
 * The reads that a quantity comes from: those of all tenants that are billed on the agreement, since a tenant that no
 * longer uses anything is read as well, and of any whose use the line bills besides.
 */
export function readsBehind(
  company: CompanyKnowledge,
  line: { agreementId: string; parts: Part[] },
): [tenant: string, read: number][] {
  const onAgreement = company.billed.filter((tenant) => tenant.agreementId === line.agreementId)
  const tenants = new Set([...onAgreement, ...line.parts].map(({ tenant }) => tenant))
  return [...tenants].flatMap((tenant) => {
    const read = company.reads.get(tenant)
    return read === undefined ? [] : [[tenant, read.id]]
  })
}

/** Drafts as rows of the ledger. */
export function newChanges(billing: Billing, company: CompanyKnowledge, drafts: ChangeDraft[]): NewChange[] {
  const { deps, connection, rules, day, run } = billing
  return drafts.map((draft) => ({
    ...draft,
    id: deps.newId(),
    runId: run?.id ?? null,
    dryRun: run?.dryRun ?? false,
    connection,
    companyId: company.companyId,
    reads: readsBehind(company, draft),
    configurationVersion: rules.version,
    effectiveOn: day,
    createdAt: deps.now().toISOString(),
    approvedAt: null,
  }))
}
