import { isObject } from '../../row.ts'
import {
  commonFields,
  each,
  type Fields,
  flag,
  readOnly,
  reference,
  required,
  text,
  whole,
} from '../fields.ts'
import type { Entity } from './entity.ts'

/** Where on the ticket a note is shown. */
const places = ['detailDescriptionFlag', 'internalAnalysisFlag', 'resolutionFlag']

const fields: Fields = {
  text: required(text()),
  ...each(places.join(' '), flag),
  ...each('issueFlag customerUpdatedFlag processNotifications internalFlag externalFlag', flag),
  member: reference('member'),
  contact: reference('contact'),
  ticketId: readOnly(whole),
  ...each('dateCreated createdBy', readOnly(text())),
  ...commonFields,
}

export const ticketNote: Entity = {
  name: 'serviceNote',
  fields,
  defaults: () => Object.fromEntries(places.map((name) => [name, false])),
  computed: ({ _info }) =>
    isObject(_info) ? { dateCreated: _info.dateEntered ?? '', createdBy: _info.enteredBy ?? '' } : {},
  problems: (values) =>
    places.some((name) => values[name] === true)
      ? []
      : [
          {
            code: 'MissingRequiredField',
            message: `One of ${places.join(', ')} must be true.`,
            field: 'detailDescriptionFlag',
          },
        ],
  isInUse: () => false,
}
