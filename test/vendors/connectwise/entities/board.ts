import { commonFields, each, type Fields, flag, oneOf, reference, text, whole } from '../fields.ts'

/** `inactiveFlag` is shown, but conditions may not use it. */
export const boardFields: Fields = { name: text(50), projectFlag: flag, ...commonFields }

export const boardStatusFields: Fields = {
  name: text(50),
  board: reference('board'),
  sortOrder: whole,
  ...each('displayOnBoard inactive closedStatus defaultFlag', flag),
  ...commonFields,
}

export const boardTypeFields: Fields = {
  name: text(50),
  board: reference('board'),
  category: oneOf('Reactive', 'Proactive'),
  ...each('defaultFlag inactiveFlag', flag),
  ...commonFields,
}

export const priorityFields: Fields = {
  ...each('name color', text(50)),
  sortOrder: whole,
  defaultFlag: flag,
  ...commonFields,
}
