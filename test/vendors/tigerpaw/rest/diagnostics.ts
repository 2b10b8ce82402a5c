import type { Json } from '../../row.ts'
import { notFound } from '../errors.ts'
import type { RestCall } from './rest-call.ts'

export function diagnosticsAnswer({ account, method, segments }: RestCall): Json {
  switch (`${method} ${segments.join('/')}`) {
    case 'GET validate/user':
      return { Success: true, Message: null }
    case 'GET productinformation':
      return {
        HasValidLicense: account.options.hasValidLicence,
        IsUsingNamedUserLicense: true,
        IsTigerpawOne: true,
        IsArchivedDatabase: false,
        DatabaseVersion: '18.2.1',
      }
  }
  throw notFound('The resource')
}
