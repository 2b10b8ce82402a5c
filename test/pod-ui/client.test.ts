import { expect, test } from 'vitest'
import { clientOf } from '../../pod-ui/client.ts'

/** The API as the pod calls it, and what it sent last. */
function calling() {
  const sent: { path: string; init: RequestInit }[] = []
  const { api } = clientOf(async (path, init) => {
    sent.push({ path, init })
    return Response.json({})
  })
  return { api, sent }
}

test('a route is asked at its path, with its query', async () => {
  const { api, sent } = calling()
  const { signal } = new AbortController()

  await api.companies.$get({ query: { connection: 'cw', search: 'A & B' } }, { init: { signal } })
  await api.settings.$get()

  expect(sent).toEqual([
    { path: '/api/companies?connection=cw&search=A+%26+B', init: { method: 'GET', signal } },
    { path: '/api/settings', init: { method: 'GET' } },
  ])
})

test('what the path names may hold anything', async () => {
  const { api, sent } = calling()

  await api.bills[':connection'][':company'].$get({ param: { connection: 'cw', company: '2/50' } })

  expect(sent.map(({ path }) => path)).toEqual(['/api/bills/cw/2%2F50'])
})

test('a body goes as JSON', async () => {
  const { api, sent } = calling()

  await api.runs.$post({ json: { dryRun: true } })

  expect(sent).toEqual([
    {
      path: '/api/runs',
      init: { method: 'POST', body: '{"dryRun":true}', headers: { 'content-type': 'application/json' } },
    },
  ])
})

test('a call may be sent in another way than all others', async () => {
  const { api, sent } = calling()
  const paths: string[] = []
  const fetch = async (path: RequestInfo | URL) => {
    paths.push(`${path}`)
    return Response.json({})
  }

  await api.sources[':id'].report.preview.$post({ param: { id: 'hub' } }, { fetch })

  expect([paths, sent]).toEqual([['/api/sources/hub/report/preview'], []])
})
