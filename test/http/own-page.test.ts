import { beforeAll, expect, test } from 'vitest'
import { type Api, apiOf, codeOf, faultsOf } from '../support/api.ts'
import { connectPsas } from '../support/psas.ts'
import { startStack } from '../support/stack.ts'

let api: Api
beforeAll(async () => {
  const stack = await startStack()
  api = apiOf(stack)
  await connectPsas(stack)
})

test('Autotask gets a LiveLink for organizations and one for contracts, with the place of the id', async () => {
  const { status, body } = await api.get('/api/connections/at/page')

  expect(status).toBe(200)
  expect(Object(body).address).toBe('http://tallypod.example/?connection=at')
  expect(Object(body).liveLinks).toMatchObject([
    {
      entity: 'Organization',
      url: 'http://tallypod.example/?connection=at&entity=organization&id={id}',
      steps: expect.arrayContaining([
        expect.stringContaining('LiveLinks Designer'),
        expect.stringContaining('Organization ID in the place of {id}'),
        expect.stringContaining('publish'),
      ]),
    },
    { entity: 'Contract', url: 'http://tallypod.example/?connection=at&entity=contract&id={id}' },
  ])
})

test('its dashboard gets a link that opens a new tab, and no frame or script', async () => {
  const { widget } = Object((await api.get('/api/connections/at/page')).body)

  expect(widget.html).toBe(
    '<a href="http://tallypod.example/?connection=at" target="_blank" rel="noopener">Open tallypod</a>',
  )
  expect(widget.note).toContain('new tab')
})

test('Tigerpaw gets the address and what to do with it', async () => {
  const { body } = await api.get('/api/connections/tp/page')

  expect(body).toMatchObject({
    address: 'http://tallypod.example/?connection=tp',
    steps: [
      expect.stringContaining('bookmark'),
      expect.stringContaining('http://tallypod.example/?connection=tp&entity=account&id={id}'),
    ],
    liveLinks: [],
    widget: null,
  })
})

test('the steps are told in German to whom asks for it, with the same addresses', async () => {
  const english = Object((await api.get('/api/connections/at/page?language=en')).body)
  const german = Object((await api.get('/api/connections/at/page?language=de')).body)

  expect(german.widget.html).toContain('tallypod öffnen')
  expect(german.liveLinks[0].steps).toHaveLength(english.liveLinks[0].steps.length)
  expect(german.liveLinks[0].steps[0]).not.toBe(english.liveLinks[0].steps[0])
  expect(german.liveLinks[0].url).toBe(english.liveLinks[0].url)
})

test('another language is a 422', async () => {
  const answer = await api.get('/api/connections/at/page?language=fr')

  expect(answer.status).toBe(422)
  expect(faultsOf(answer)[0]).toMatch(/^language: /)
})

test.each(['cw', 'ksc', 'nobody'])('connection "%s" opens no page', async (id) => {
  const answer = await api.get(`/api/connections/${id}/page`)

  expect([answer.status, codeOf(answer)]).toEqual([404, 'connection_not_found'])
})
