import { commonFields, each, type Fields, flag, oneOf, text } from '../fields.ts'

/** People are made by an administrator alone, and so are API members. */
export const memberFields: Fields = {
  ...each('identifier firstName lastName fullName', text()),
  /** Full, API, StreamlineIT, subcontractor. */
  licenseClass: oneOf('F', 'A', 'C', 'X'),
  ...each('inactiveFlag ssoSessionFlag', flag),
  ...commonFields,
}
