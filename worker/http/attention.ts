import type { ListedMapping } from '../storage/mapping-list.ts'

export interface Attention {
  code: string
  /** What is the matter and what to do. */
  message: string
}

/** What a person has to look at in a row of the mapping; empty where all is well. */
export function attentionOf(row: ListedMapping): Attention[] {
  const { mapping } = row
  if (mapping === null) return row.used && !row.gone ? [notMappedInUse] : []
  return [
    ...(row.gone && !row.retired ? [tenantGone] : []),
    ...(row.company_missing ? [companyNotFound] : []),
    ...(mapping.billing ? agreementAttention(row, mapping.company.id) : []),
    ...(row.held ? [waiting] : []),
  ]
}

function agreementAttention(row: ListedMapping, company: string): Attention[] {
  if (row.agreement_state === 'missing') return [agreementNotFound]
  if (row.agreement_state === 'ended') return [agreementEnded]
  if (row.agreement_state === 'inactive') return [agreementInactive]
  const isOfOther = row.agreement_company !== null && row.agreement_company !== company
  return isOfOther ? [agreementOfOtherCompany] : []
}

const notMappedInUse: Attention = {
  code: 'not_mapped_in_use',
  message: 'Licences are in use here and nobody pays for them. Choose a company.',
}
const tenantGone: Attention = {
  code: 'tenant_gone',
  message:
    'It is switched off or gone in Kaspersky. Its last number stays on the bill until somebody decides.',
}
const companyNotFound: Attention = {
  code: 'company_not_found',
  message: 'The company is no longer in the PSA. Choose another one.',
}
const agreementNotFound: Attention = {
  code: 'agreement_not_found',
  message: 'The agreement is no longer in the PSA. Choose another one.',
}
const agreementEnded: Attention = {
  code: 'agreement_ended',
  message: 'The agreement has ended. Choose its successor, or extend it in the PSA.',
}
const agreementInactive: Attention = {
  code: 'agreement_inactive',
  message: 'The agreement is not active. Activate it in the PSA, or choose another one.',
}
const agreementOfOtherCompany: Attention = {
  code: 'agreement_of_other_company',
  message: 'The agreement belongs to another company. Choose one of this company.',
}
const waiting: Attention = {
  code: 'waiting',
  message: 'Changes of its bill wait for a decision. They are listed under Today.',
}
