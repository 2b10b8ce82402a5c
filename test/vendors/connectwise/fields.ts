interface Rules {
  required?: true
  requiredOnPut?: true
  /** The server's own: what a client sends for it is ignored. */
  readOnly?: true
}

export type ReferenceKind =
  | 'company'
  | 'product'
  | 'agreement'
  | 'member'
  | 'board'
  | 'boardStatus'
  | 'boardType'
  | 'priority'
  | 'companyStatus'
  | 'companyType'
  | 'contact'
  | 'agreementType'
  | 'billingCycle'
  | 'subcategory'
  | 'productType'
  | 'productCategory'
  | 'unitOfMeasure'
  | 'other'

export type Field = Rules &
  (
    | { kind: 'text'; max?: number }
    | { kind: 'enum'; oneOf: readonly string[] }
    | { kind: 'number'; whole?: true }
    | { kind: 'flag' }
    | { kind: 'date' }
    /** Of any type, as a custom field's value. */
    | { kind: 'any' }
    | { kind: 'reference'; to: ReferenceKind }
    | { kind: 'references'; to: ReferenceKind }
    | { kind: 'texts' }
    | { kind: 'customFields' }
    | { kind: 'info' }
  )

export type Fields = Record<string, Field>

export const whole = { kind: 'number', whole: true } as const
export const number = { kind: 'number' } as const
export const flag = { kind: 'flag' } as const
export const date = { kind: 'date' } as const

export function text(max?: number): Field {
  return max === undefined ? { kind: 'text' } : { kind: 'text', max }
}

export function oneOf(...names: string[]): Field {
  return { kind: 'enum', oneOf: names }
}

export function reference(to: ReferenceKind): Field {
  return { kind: 'reference', to }
}

export function required(field: Field): Field {
  return { ...field, required: true }
}

export function requiredOnPut(field: Field): Field {
  return { ...field, requiredOnPut: true }
}

export function readOnly(field: Field): Field {
  return { ...field, readOnly: true }
}

/** `field` under each of the names, which are separated by spaces. */
export function each(names: string, field: Field): Fields {
  return Object.fromEntries(names.split(' ').map((name) => [name, field]))
}

/** What every record has beside its own. */
export const commonFields: Fields = {
  id: readOnly(whole),
  customFields: { kind: 'customFields' },
  _info: readOnly({ kind: 'info' }),
}

export const infoFields: Fields = {
  ...each('lastUpdated dateEntered', date),
  ...each('updatedBy enteredBy', text()),
}

export const customFieldFields: Fields = {
  ...each('id numberOfDecimals', whole),
  ...each('caption type entryMethod connectWiseId', text()),
  value: { kind: 'any' },
}

/** What a reference tells of the record it names. */
export function referenceFields(to: ReferenceKind): Fields {
  switch (to) {
    case 'company':
    case 'member':
      return { id: whole, identifier: text(), name: text() }
    case 'product':
      return { id: whole, identifier: text(), serializedFlag: flag }
    default:
      return { id: whole, name: text() }
  }
}
