import type { ApplicationMapping, CompanyMapping } from './configuration.ts'
import type { ConfigurationProblem } from './configuration-problem.ts'
import { type ConnectionKinds, problemAt, type Row, referenceProblems, repeated } from './reference-rules.ts'

/** The products of one connection, with those rows of its map that can be read. */
export interface ProductList {
  connection: string
  map: Row<ApplicationMapping>[]
}

export function mappingProblems(
  companies: Row<CompanyMapping>[],
  known: ConnectionKinds,
): ConfigurationProblem[] {
  return [
    ...companies.flatMap(({ path, value }) => [
      ...referenceProblems([...path, 'tenant', 'connection'], value.tenant.connection, known, 'source'),
      ...referenceProblems([...path, 'company', 'connection'], value.company.connection, known, 'psa'),
      ...billingProblems({ path, value }, known),
    ]),
    ...tenantProblems(companies),
    ...disagreements(companies),
  ]
}

export function productProblems(
  lists: Row<ProductList>[],
  known: ConnectionKinds,
  isSplit: (application: string) => boolean,
): ConfigurationProblem[] {
  return [
    ...lists.flatMap(({ path, value }) => [
      ...referenceProblems([...path, 'connection'], value.connection, known, 'psa'),
      ...repeated(value.map, ({ application }) => [application]).map((row) =>
        problemAt(
          [...row.path, 'application'],
          'duplicate_application',
          'This application is mapped already. Put all its products into one row.',
        ),
      ),
      ...value.map.filter((row) => !isSplit(row.value.application)).flatMap(splitProblems),
    ]),
    ...repeated(lists, ({ connection }) => [connection]).map(({ path }) =>
      problemAt(
        [...path, 'connection'],
        'duplicate_products',
        'This connection has its products already. Put all into one entry.',
      ),
    ),
  ]
}

function billingProblems(
  { path, value }: Row<CompanyMapping>,
  known: ConnectionKinds,
): ConfigurationProblem[] {
  if (!value.billing) return []
  const needsPriceLevel = known.get(value.company.connection) === 'tigerpaw' && value.priceLevelId === null
  return [
    ...(value.agreementId === null
      ? [
          problemAt(
            [...path, 'agreementId'],
            'agreement_missing',
            'Billing needs an agreement. Choose one, or turn billing off.',
          ),
        ]
      : []),
    ...(needsPriceLevel
      ? [
          problemAt(
            [...path, 'priceLevelId'],
            'price_level_missing',
            'Billing in Tigerpaw needs a price level. Choose one, or turn billing off.',
          ),
        ]
      : []),
  ]
}

/** A tenant has one company; a company has one tenant of each Kaspersky connection. */
function tenantProblems(companies: Row<CompanyMapping>[]): ConfigurationProblem[] {
  const mappedTwice = repeated(companies, ({ tenant }) => [tenant.connection, tenant.id])
  const distinct = companies.filter((row) => !mappedTwice.includes(row))
  const seconds = repeated(distinct, ({ tenant, company }) => [
    tenant.connection,
    company.connection,
    company.id,
  ])

  return [
    ...mappedTwice.map(({ path }) =>
      problemAt([...path, 'tenant'], 'duplicate_tenant', 'This tenant is mapped already. Keep one row.'),
    ),
    ...seconds.map(({ path, value }) =>
      problemAt(
        [...path, 'company'],
        'second_tenant_of_company',
        `This company has another tenant of "${value.tenant.connection}" already. Map each tenant to a company of its own.`,
      ),
    ),
  ]
}

/** Entries that end up on one line of one agreement can't each have their own price level or rule. */
function disagreements(companies: Row<CompanyMapping>[]): ConfigurationProblem[] {
  const firsts = new Map<string, CompanyMapping>()
  return companies.flatMap(({ path, value }) => {
    if (value.agreementId === null) return []
    const key = JSON.stringify([value.company.connection, value.company.id, value.agreementId])
    const first = firsts.get(key)
    if (first === undefined) {
      firsts.set(key, value)
      return []
    }
    const because = 'Another entry of this company with the same agreement says otherwise. Make them agree.'
    return [
      ...(first.priceLevelId === value.priceLevelId
        ? []
        : [problemAt([...path, 'priceLevelId'], 'price_level_differs', because)]),
      ...(first.manualQuantity === value.manualQuantity
        ? []
        : [problemAt([...path, 'manualQuantity'], 'manual_quantity_differs', because)]),
    ]
  })
}

function splitProblems({ path, value }: Row<ApplicationMapping>): ConfigurationProblem[] {
  const categories = ['workstation', 'server', 'other'] as const
  return categories
    .filter((category) => value[category] !== null)
    .map((category) =>
      problemAt(
        [...path, category],
        'application_not_split',
        `"${value.application}" is not counted by category. Give it one product in "all".`,
      ),
    )
}
