import type { PsaWords } from './psa.ts'

/** What became of a change, as a billing clerk says it. */
export const stateWords: Record<string, string> = {
  verified: 'billed',
  applied: 'billed',
  held: 'waits for you',
  planned: 'planned',
  sending: 'being written',
  unknown: 'being checked',
  failed: 'refused',
  dismissed: 'dismissed',
  superseded: 'replaced by a newer one',
}

/** Why a change waits, in words. */
export function reasonWords({ name, company, product, agreement }: PsaWords): Record<string, string> {
  return {
    agreement_ended: `the ${agreement} has ended`,
    agreement_inactive: `the ${agreement} is not active`,
    agreement_not_found: `the ${agreement} no longer exists`,
    agreement_of_other_company: `the ${agreement} belongs to another ${company}`,
    product_not_found: `the ${product} no longer exists`,
    product_inactive: `the ${product} is inactive in ${name}`,
    external_product_not_linked: `the ${company} is not linked to the external product`,
    write_not_confirmed: `${name} did not keep the number that was written`,
    duplicate_lines: `several open lines bill this ${product}: choose one`,
    line_ended_by_hand: `somebody ended the line in ${name}`,
    line_not_on_contract: `the ${product} is not on the ${agreement}, unless within a bundle`,
    changed_by_hand: `somebody changed the number in ${name}`,
    replaces_line: 'it takes over what another line bills',
    adopted_differs: 'the line was made by hand with another number',
    price_level_changed: 'the price level was changed',
    tenant_gone: 'it is switched off in Kaspersky, or gone',
    fell_to_zero: 'nothing is used any more: a dead server, or a customer who left?',
    fell_sharply: 'it fell sharply',
    rose_sharply: 'it rose sharply',
    run_fell: 'too many lines would fall at once',
    needs_approval: 'every change is to be approved',
    already_adjusted_today: 'adjusted already today; sent tomorrow',
  }
}

/** Why use is billed to nobody. */
export function unbilledWords(psa: PsaWords): Record<string, string> {
  return {
    ...reasonWords(psa),
    tenant_not_mapped: `it is mapped to no ${psa.company}`,
    application_not_mapped: `the application is mapped to no ${psa.product}`,
    billing_off: 'automatic billing is off',
    unit_not_countable: 'it is not licensed by device, so devices cannot be billed',
  }
}
