import { searchKey } from './matching.ts'
import type { ReportField } from './report-fields.ts'
import type { LeftOutReason, Unit } from './usage.ts'

interface HeaderWords {
  /** Headers that say just this. */
  is: string[]
  /** Words in longer headers. */
  has: string[]
  /** Words that make something else of it. */
  never: string[]
}

/** Normalised as what is looked up in it. */
const list = (text: string) => text.split('|').map((word) => searchKey(word).trim())

/** Words for numbers of licences that were bought or allowed, not used. */
const bought = list(
  'limit|total|bought|purchased|licensed|allowed|available|free|max|maximum|gekauft|erworben|verfugbar|frei|limite|achete|achetes|disponible|disponibles|comprado|comprados|acquistati|disponibili|gekocht|beschikbaar|kupione|dostepne|comprados|disponiveis|куплено|доступно|上限|購入|総数',
)

/**
 * What columns are called in English, German, French, Spanish, Italian, Dutch, Polish, Portuguese, Russian and Japanese;
 * in lower case, without accents and punctuation.
 */
export const headerWords: Record<ReportField, HeaderWords> = {
  company_id: {
    is: list(
      'company id|customer id|workspace id|tenant id|client id|kunden id|kundennummer|kundennr|firmen id|mandanten id|arbeitsbereich id|id client|id de l entreprise|id de cliente|id cliente|id empresa|id azienda|klant id|klantnummer|id klienta|id firmy|id do cliente|id компании|id клиента|id организации|会社id|顧客id|id',
    ),
    has: list('company id|customer id|workspace id|tenant id|client id'),
    never: list('licence|license|lizenz|order'),
  },
  company: {
    is: list(
      'company name|customer name|workspace name|company|customer|client|workspace|tenant|organization|organisation|account|firma|unternehmen|kunde|kundenname|firmenname|arbeitsbereich|mandant|entreprise|societe|client final|espace de travail|empresa|cliente|espacio de trabajo|azienda|area di lavoro|bedrijf|klant|werkruimte|klient|obszar roboczy|espaco de trabalho|компания|клиент|организация|рабочая область|会社|会社名|顧客|顧客名|ワークスペース',
    ),
    has: list('company|customer|workspace|tenant|firma|unternehmen|kunde|entreprise|empresa|azienda|klant'),
    never: list('id|type|typ|kind|nummer|number|email|e'),
  },
  kind: {
    is: list('kind|company type|tenant type|type of customer|art|kundentyp|mandantentyp|tipo de cliente'),
    has: [],
    never: [],
  },
  application: {
    is: list(
      'application|licence|license|licence name|license name|product|product name|solution|service|lizenz|lizenzname|anwendung|produkt|produktname|losung|licence logicielle|produit|nom de la licence|licencia|producto|aplicacion|nombre de la licencia|licenza|prodotto|applicazione|licentie|toepassing|licencja|aplikacja|licenca|produto|aplicativo|лицензия|приложение|продукт|решение|ライセンス|製品|製品名|アプリケーション',
    ),
    has: list('application|licence|license|product|lizenz|produkt|licencia|licenza|licentie|licencja'),
    never: list('type|typ|status|key|id|limit|count|number|expires|schlussel|expiration|ablauf|used|total'),
  },
  unit: {
    is: list(
      'unit|licensing unit|licensed by|metric|einheit|lizenzeinheit|zahlweise|unite|unidad|unita|eenheid|jednostka|unidade|единица|единица измерения|単位',
    ),
    has: [],
    never: [],
  },
  quantity: {
    is: list(
      'used|in use|quantity|usage|used licences|used licenses|licences used|licenses used|units used|protected|count|amount|number|genutzt|verwendet|in verwendung|belegt|menge|anzahl|verbrauch|genutzte lizenzen|utilise|utilises|utilisees|quantite|nombre|usado|usados|en uso|cantidad|utilizzati|in uso|quantita|numero|gebruikt|in gebruik|aantal|hoeveelheid|uzywane|wykorzystane|ilosc|liczba|em uso|quantidade|используется|использовано|количество|使用数|使用中|数量|使用済み',
    ),
    has: list('used|in use|usage|genutzt|verwendet|utilise|utilises|en uso|in uso|gebruikt'),
    never: [...bought, ...list('mailboxes|postfacher|percent|prozent|unused')],
  },
  workstations: {
    is: list(
      'workstations|windows workstations|computers|desktops|desktops and laptops|arbeitsstationen|arbeitsplatze|computer|rechner|postes de travail|ordinateurs|estaciones de trabajo|equipos|ordenadores|postazioni|postazioni di lavoro|werkstations|stacje robocze|komputery|estacoes de trabalho|computadores|рабочие станции|компьютеры|ワークステーション|コンピューター|pcs',
    ),
    has: list('workstations|arbeitsstationen'),
    never: bought,
  },
  servers: {
    is: list(
      'servers|windows servers|server|file servers|dateiserver|serveurs|servidores|server windows|serwery|серверы|サーバー',
    ),
    has: list('servers|serveurs|servidores'),
    never: [...bought, ...list('name|id|address')],
  },
  other: {
    is: list(
      'other|other devices|mobile devices|mobiles|mobile|non windows devices|andere|sonstige|andere gerate|mobilgerate|mobile gerate|appareils mobiles|autres|autres appareils|dispositivos moviles|otros|otros dispositivos|dispositivi mobili|altri|mobiele apparaten|overige|urzadzenia mobilne|inne|dispositivos moveis|outros|мобильные устройства|другие|モバイルデバイス|その他',
    ),
    has: list('mobile devices|mobilgerate'),
    never: bought,
  },
  mailboxes: {
    is: list(
      'mailboxes|protected mailboxes|mailboxes protected|postfacher|geschutzte postfacher|mailboxen|boites aux lettres|boites mail|buzones|buzones de correo|caselle|caselle di posta|postvakken|skrzynki|skrzynki pocztowe|caixas de correio|почтовые ящики|защищенные почтовые ящики|メールボックス',
    ),
    has: list('mailboxes|postfacher|buzones'),
    never: bought,
  },
  licence_type: {
    is: list(
      'licence type|license type|type|key type|lizenztyp|lizenzart|typ|type de licence|tipo de licencia|tipo di licenza|licentietype|typ licencji|tipo de licenca|тип лицензии|ライセンスの種類|種類',
    ),
    has: list('licence type|license type|lizenztyp'),
    never: list('company|customer|device'),
  },
  licence_status: {
    is: list(
      'licence status|license status|status|state|lizenzstatus|zustand|statut|etat|estado|stato|статус|состояние|状態|ステータス',
    ),
    has: list('status|statut|estado'),
    never: list('protection|schutz'),
  },
  expires: {
    is: list(
      'expires|expires on|expiration|expiration date|expiry date|valid until|end date|ablaufdatum|gultig bis|lauft ab|ablauf|endet am|date d expiration|expire le|valable jusqu au|fecha de caducidad|caduca|vence|data di scadenza|scadenza|vervaldatum|verloopt|data wygasniecia|wazna do|data de expiracao|data de validade|срок действия|действует до|дата окончания|有効期限',
    ),
    has: list('expiration|expires|ablauf|scadenza|caducidad'),
    never: [],
  },
}

const lookup = <Value extends string>(words: Record<Value, string>) => {
  const values = new Map<string, Value>()
  for (const value of keysOf(words)) for (const word of list(words[value])) values.set(word, value)
  return values
}

function keysOf<Key extends string>(words: Record<Key, unknown>): Key[] {
  const keys: Key[] = []
  for (const key in words) keys.push(key)
  return keys
}

/** What licences count, by words in lower case and without accents. */
export const unitWords: ReadonlyMap<string, Unit> = lookup({
  device:
    'device|devices|node|nodes|endpoint|endpoints|computer|computers|gerat|gerate|knoten|endpunkt|endpunkte|appareil|appareils|poste|postes|dispositivo|dispositivos|equipo|equipos|dispositivi|nodo|nodi|apparaat|apparaten|urzadzenie|urzadzenia|устройство|устройства|узел|узлы|デバイス|ノード',
  user: 'user|users|benutzer|nutzer|anwender|utilisateur|utilisateurs|usuario|usuarios|utente|utenti|gebruiker|gebruikers|uzytkownik|uzytkownicy|пользователь|пользователи|ユーザー',
  mailbox:
    'mailbox|mailboxes|postfach|postfacher|boite aux lettres|boites aux lettres|buzon|buzones|casella|caselle|postvak|postvakken|skrzynka|skrzynki|caixa de correio|caixas de correio|почтовый ящик|почтовые ящики|メールボックス',
  core: 'core|cores|cpu|cpus|kern|kerne|coeur|coeurs|nucleo|nucleos|nuclei|kernen|rdzen|rdzenie|ядро|ядра|コア',
})

/** What kind of customer it is. */
export const kindWords: ReadonlyMap<string, 'workspace' | 'company'> = lookup({
  workspace:
    'workspace|workspaces|arbeitsbereich|espace de travail|espacio de trabajo|area di lavoro|werkruimte|obszar roboczy|espaco de trabalho|рабочая область|ワークスペース',
  company:
    'company|customer|firma|unternehmen|kunde|entreprise|societe|empresa|cliente|azienda|bedrijf|klant|klient|компания|клиент|会社|顧客',
})

/** What a licence's type and status say about whether it counts. */
export const licenceWords: ReadonlyMap<string, 'counts' | LeftOutReason> = lookup({
  counts:
    'commercial|subscription|active|valid|paid|msp|in use|ok|kommerziell|abonnement|abo|aktiv|gultig|bezahlt|commerciale|active msp|actif|valide|comercial|suscripcion|activo|activa|vigente|abbonamento|attivo|attiva|valida|commercieel|actief|geldig|komercyjna|subskrypcja|aktywna|wazna|assinatura|ativo|ativa|коммерческая|подписка|активна|активная|действует|商用|サブスクリプション|有効',
  trial:
    'trial|demo|evaluation|testlizenz|testversion|probe|essai|version d essai|evaluacion|prueba|prova|di prova|proef|proefversie|probna|teste|avaliacao|пробная|試用|試用版',
  beta: 'beta|betalizenz|бета',
  test: 'test|nfr|not for resale|тестовая',
  oem: 'oem',
  expired:
    'expired|abgelaufen|expire|expiree|caducada|caducado|vencida|vencido|scaduta|scaduto|verlopen|wygasla|expirada|expirado|истекла|срок истек|期限切れ',
  subscription_paused:
    'paused|suspended|on hold|pausiert|angehalten|ausgesetzt|suspendu|suspendue|en pause|suspendida|suspendido|pausada|sospesa|sospeso|gepauzeerd|opgeschort|wstrzymana|zawieszona|suspensa|приостановлена|一時停止',
  subscription_cancelled:
    'cancelled|canceled|terminated|blocked|revoked|gekundigt|storniert|beendet|gesperrt|annule|annulee|resilie|resiliee|cancelada|cancelado|anulada|annullata|disdetta|geannuleerd|opgezegd|anulowana|отменена|заблокирована|キャンセル|解約',
  reserve_key:
    'reserve|reserved|additional|spare|zusatzlich|ersatz|de reserve|reserva|di riserva|gereserveerd|zapasowa|резервная|予備',
  pending_activation:
    'pending|not activated|awaiting activation|ausstehend|nicht aktiviert|en attente|pendiente|in attesa|in afwachting|oczekujaca|pendente|ожидает активации|保留中',
  duplicate: 'duplicate|doppelt',
})

/** What stands for no last day. */
export const neverWords: ReadonlySet<string> = new Set(
  list(
    'unlimited|never|no expiry|unbegrenzt|nie|illimite|jamais|ilimitado|nunca|illimitata|mai|onbeperkt|nooit|bezterminowo|nigdy|ilimitada|неограниченно|無期限|∞|-|–|n/a',
  ),
)

/** What names the sum of a report instead of a company. */
export const totalWords: ReadonlySet<string> = new Set(
  list(
    'total|totals|sum|grand total|summe|gesamt|gesamtsumme|somme|totaal|totale|suma|razem|soma|итого|всего|合計',
  ),
)
