import { commonFields, each, type Fields, flag, oneOf, required, text, whole } from '../fields.ts'
import type { Entity } from './entity.ts'

const setupFields: Fields = {
  screenId: required(whole),
  description: required(text(50)),
  url: required(text(1024)),
  type: required(oneOf('Tab', 'Pod', 'ToolbarButton')),
  clientId: text(36),
  origin: text(100),
  ...each('podHeight toolbarButtonDialogHeight toolbarButtonDialogWidth toolbarButtonIconDocumentId', whole),
  ...each('toolbarButtonText toolbarButtonToolTip', text(50)),
  ...each('disabledFlag locationsEnabledFlag', flag),
  ...each('createdBy dateCreated', text()),
  ...commonFields,
}

/** A page that screens show. */
export const hostedSetup: Entity = {
  name: 'connectWiseHostedSetup',
  fields: setupFields,
  defaults: () => ({ disabledFlag: false, locationsEnabledFlag: false }),
  computed: () => ({}),
  problems: (values, { store }) => [
    ...(values.clientId === undefined
      ? [{ code: 'MissingRequiredField', message: 'The clientId is required.', field: 'clientId' }]
      : []),
    ...(values.type === 'ToolbarButton' && !values.toolbarButtonText
      ? [
          {
            code: 'MissingRequiredField',
            message: 'The toolbarButtonText is required.',
            field: 'toolbarButtonText',
          },
        ]
      : []),
    ...(typeof values.screenId === 'number' && store.hostedScreens.get(values.screenId) === undefined
      ? [{ code: 'InvalidReference', message: 'There is no such screen.', field: 'screenId' }]
      : []),
  ],
  isInUse: () => false,
}

/** A screen that can show pages. Nobody makes them. */
export const hostedScreenFields: Fields = { screenId: text(), name: text(), ...commonFields }
