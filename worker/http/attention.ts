import type { ListedMapping } from '../storage/mapping-list.ts'

/** What is the matter and what to do, by its code. */
const messages = {
  not_mapped_in_use: 'Licences are in use here and nobody pays for them. Choose a company.',
  tenant_gone:
    'It is switched off or gone in Kaspersky. Its last number stays on the bill until somebody decides.',
  company_not_found: 'The company is no longer in the PSA. Choose another one.',
  agreement_not_found: 'The agreement is no longer in the PSA. Choose another one.',
  agreement_ended: 'The agreement has ended. Choose its successor, or extend it in the PSA.',
  agreement_inactive: 'The agreement is not active. Activate it in the PSA, or choose another one.',
  agreement_of_other_company: 'The agreement belongs to another company. Choose one of this company.',
  waiting: 'Changes of its bill wait for a decision. They are listed under Today.',
}

type Code = keyof typeof messages

/** What a person has to look at in a row of the mapping; empty where all is well. */
export function attentionOf(row: ListedMapping): { code: string; message: string }[] {
  return codesOf(row).map((code) => ({ code, message: messages[code] }))
}

function codesOf(row: ListedMapping): Code[] {
  const { mapping } = row
  if (mapping === null) return row.used && !row.gone ? ['not_mapped_in_use'] : []
  const agreement = mapping.billing ? agreementCode(row, mapping.company.id) : null
  return [
    ...(row.gone && !row.retired ? (['tenant_gone'] as const) : []),
    ...(row.company_missing ? (['company_not_found'] as const) : []),
    ...(agreement === null ? [] : [agreement]),
    ...(row.held ? (['waiting'] as const) : []),
  ]
}

function agreementCode(row: ListedMapping, company: string): Code | null {
  switch (row.agreement_state) {
    case 'missing':
      return 'agreement_not_found'
    case 'ended':
      return 'agreement_ended'
    case 'inactive':
      return 'agreement_inactive'
    case 'active':
    case null: {
      const isOfOther = row.agreement_company !== null && row.agreement_company !== company
      return isOfOther ? 'agreement_of_other_company' : null
    }
  }
}
