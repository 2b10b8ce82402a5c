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
export const reasonWords: Record<string, string> = {
  agreement_ended: 'the agreement has ended',
  agreement_inactive: 'the agreement is not active',
  agreement_not_found: 'the agreement no longer exists',
  agreement_of_other_company: 'the agreement belongs to another company',
  product_not_found: 'the product no longer exists',
  product_inactive: 'the product is inactive in ConnectWise',
  write_not_confirmed: 'ConnectWise did not keep the number that was written',
  duplicate_lines: 'several open lines bill this product: choose one',
  line_ended_by_hand: 'somebody ended the line in ConnectWise',
  changed_by_hand: 'somebody changed the number in ConnectWise',
  replaces_line: 'it takes over what another line bills',
  adopted_differs: 'the line was made by hand with another number',
  tenant_gone: 'the virtual server is switched off or gone',
  fell_to_zero: 'nothing is used any more: a dead server, or a customer who left?',
  fell_sharply: 'it fell sharply',
  rose_sharply: 'it rose sharply',
  run_fell: 'too many lines would fall at once',
  needs_approval: 'every change is to be approved',
}

/** Why use is billed to nobody. */
export const unbilledWords: Record<string, string> = {
  tenant_not_mapped: 'the virtual server is mapped to no company',
  application_not_mapped: 'the application is mapped to no product',
  billing_off: 'automatic billing is off',
  unit_not_countable: 'it is not licensed by device, so devices cannot be billed',
  ...reasonWords,
}
