import type { Role } from '../../worker/domain/configuration.ts'
import { memberToken } from '../../worker/http/tokens.ts'
import type { Api, Ask } from './api.ts'
import { workerSecrets } from './secrets.ts'

/** Gives a member of ConnectWise a role, and answers what makes a call theirs. */
export async function signedIn(api: Api, member: string, role: Role): Promise<Ask> {
  const { body } = await api.get('/api/config')
  const { people, ...document } = Object(body)
  const answer = await api.put('/api/config', {
    ...document,
    people: [...people, { connection: 'cw', member, role }],
  })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  const keys = { sessionKey: workerSecrets.SESSION_KEY, adminToken: workerSecrets.ADMIN_TOKEN }
  const { token } = await memberToken(keys, 'cw', member, new Date())
  return { token }
}
