import * as z from 'zod'
import { type Method, method } from './method.ts'

export const sessionMethods: Record<string, Method> = {
  'Session.Ping': method(z.object({}), () => ({})),
  'Session.EndSession': method(z.object({}), (_, { account, session }) => {
    account.sessions.end(session.token)
    return {}
  }),
}
