import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { agreements, companies, products } from '../choices.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Combobox } from '../components/combobox.tsx'
import { Notice } from '../components/states.tsx'
import { instant } from '../format.ts'
import { type Connection, loadConnections } from '../psa.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'
import { type Checked, Outcome } from './connection-check.tsx'

interface Chosen {
  id: string
  name: string
}

/** Whether the PSA may be written to, for everybody. */
export function TestState({ connection: { testedAt } }: { connection: Connection }) {
  return testedAt === null ? (
    <Notice tone="warn">{words.connections.untested}</Notice>
  ) : (
    <p class="quiet">{words.connections.testedAt(instant(testedAt))}</p>
  )
}

/** Tries on an agreement of choice whether what is written arrives as it should. */
export function TestWrite({ connection }: { connection: Connection }) {
  const [openAtFirst] = useState(connection.testedAt === null)
  const [company, setCompany] = useState<Chosen | null>(null)
  const [agreement, setAgreement] = useState<Chosen | null>(null)
  const [product, setProduct] = useState<Chosen | null>(null)
  const [outcome, setOutcome] = useState<Checked | null>(null)
  const psa = psaWords(connection.id)

  async function test(agreementId: string, productId: string): Promise<void> {
    setOutcome(null)
    const answer = await answerOf(
      api.connections[':id']['test-write'].$post({
        param: { id: connection.id },
        json: { agreementId, productId },
      }),
    )
    setOutcome(answer)
    announce(answer.ok ? words.connections.works : words.connections.problems)
    await loadConnections()
  }
  return (
    <details open={openAtFirst}>
      <summary>{words.connections.testWrite}</summary>
      <div class="form">
        <p class="quiet">{words.connections.testWriteHint}</p>
        <Combobox
          label={psa.company}
          value={company}
          search={(text, signal) => companies(connection.id, text, signal)}
          onChoose={(option) => {
            setCompany(option)
            setAgreement(null)
          }}
        />
        <Combobox
          label={psa.selectAgreement}
          none={words.companies.noAgreement(psa)}
          value={agreement}
          disabled={company === null}
          search={(text, signal) =>
            agreements({ connection: connection.id, id: company?.id ?? '' }, text, signal)
          }
          onChoose={setAgreement}
        />
        <Combobox
          label={psa.product}
          value={product}
          search={(text, signal) => products(connection.id, text, signal)}
          onChoose={setProduct}
        />
        <div class="buttons">
          <Action
            disabled={agreement === null || product === null}
            run={async () => {
              if (agreement !== null && product !== null) await test(agreement.id, product.id)
            }}
          >
            {words.connections.testWrite}
          </Action>
        </div>
        {outcome !== null && <Outcome of={outcome}>{words.connections.works}</Outcome>}
      </div>
    </details>
  )
}
