// What the network panel of Chrome DevTools makes of an HTTP Archive: its own
// importer (chrome-devtools-frontend, front_end/models/har), its requests
// (front_end/core/sdk) and the times that it shows of them
// (front_end/models/network_time_calculator), bundled for Node.
import { build } from 'esbuild'

const sources = 'chrome-devtools-frontend/front_end'

// The list of locales is made when DevTools is built, and is not in the package.
const locales = {
  name: 'locales',
  setup(b) {
    b.onResolve({ filter: /\/locales\.js$/ }, () => ({ path: 'locales', namespace: 'made' }))
    b.onLoad({ filter: /./, namespace: 'made' }, () => ({
      contents: `export const DEFAULT_LOCALE = 'en-US', LOCALES = ['en-US'], BUNDLED_LOCALES = ['en-US'],
        REMOTE_FETCH_PATTERN = '', LOCAL_FETCH_PATTERN = ''`,
    }))
  },
}

await build({
  stdin: {
    contents: `
      export { HARRoot } from '${sources}/models/har/HARFormat.ts'
      export { Importer } from '${sources}/models/har/Importer.ts'
      export { calculateRequestTimeRanges } from '${sources}/models/network_time_calculator/RequestTimeRanges.ts'`,
    resolveDir: import.meta.dirname ?? process.cwd(),
  },
  bundle: true, format: 'esm', platform: 'node', outfile: 'devtools.bundle.mjs', logLevel: 'error', plugins: [locales],
})
const { HARRoot, Importer, calculateRequestTimeRanges } = await import('./devtools.bundle.mjs')

// devtools imports an archive, and says what differs in the requests that DevTools
// has then from what the archive says.
export async function devtools(archive, say) {
  // as NetworkLogView.onLoadFromFile does
  const requests = Importer.requestsFromHARLog(new HARRoot(structuredClone(archive)).log)
  const started = e => new Date(e.startedDateTime).valueOf()
  const entries = archive.log.entries.toSorted((a, b) => started(a) - started(b)) // as the importer does
  if (requests.length !== entries.length) {
    say(`${requests.length} requests of ${entries.length} entries`)
    return
  }
  for (const [i, e] of entries.entries()) {
    const told = await readBack(requests[i])
    for (const [key, want] of Object.entries(await expected(e))) {
      if (!same(told[key], want)) {
        say(`${e._connectionId}/${e._h2.stream} ${e.request.url}: ${key} is ${short(told[key])}, want ${short(want)}`)
      }
    }
  }
}

// readBack is what DevTools shows of a request.
async function readBack(r) {
  const content = await r.requestContentData()
  return {
    method: r.requestMethod, url: r.url(), protocol: r.protocol,
    status: r.statusCode,
    connectionId: r.connectionId, address: r.remoteAddress(),
    type: r.resourceType().name(), priority: r.priority(), initiator: picked(r.initiator(), ['type', 'url']),
    transferSize: r.transferSize, resourceSize: r.resourceSize,
    requestHeaders: pairs(r.requestHeaders()), responseHeaders: pairs(r.responseHeaders),
    requestCookies: r.includedRequestCookies().map(c => [c.cookie.name(), c.cookie.value()]),
    responseCookies: r.responseCookies.map(c => [
      c.name(), c.value(), c.path(), c.domain(), c.expires(), c.httpOnly(), c.secure(),
    ]),
    sent: await r.requestFormData(),
    content: content.createdFromBase64 ? { base64: content.base64 } : { text: content.text },
    messages: r.frames().map(f => [f.type, f.time, f.opCode, f.text]),
    events: r.eventSourceMessages().length > 0,
    times: timesOf(r),
  }
}

// timesOf are the lengths of the phases that the Timing tab shows, in
// milliseconds. Phases of no length stand for those that there are not.
//
// The tab takes a phase that begins with the request for one that there is not:
// where nothing blocked the request it shows all up to the response as stalled.
// Then blocking and waiting are those that the importer has read.
function timesOf(r) {
  const times = { queueing: 0, blocking: 0, dns: 0, connecting: 0, ssl: 0, sending: 0, waiting: 0, receiving: 0, total: 0 }
  for (const { name, start, end } of calculateRequestTimeRanges(r, 0)) {
    times[name] = (end - start) * 1000
  }
  const t = r.timing
  const first = Math.min(...[t.dnsStart, t.connectStart, t.sendStart].filter(at => at >= 0))
  if (first === 0) {
    times.blocking = 0
    times.waiting = t.receiveHeadersEnd - t.sendEnd
  }
  return { issued: r.issueTime() * 1000, ...times }
}

// expected is what the archive says of an entry, in the words of readBack.
async function expected(e) {
  const { request, response, timings } = e
  const queueing = positive(timings._blocked_queueing)
  return {
    method: request.method, url: request.url,
    protocol: 'h2', // that of the response
    status: response.status,
    connectionId: e._connectionId,
    // HAR lets connection be the port of either side: DevTools takes it for the server's.
    address: `${e.serverIPAddress}:${e.connection}`,
    type: e._resourceType, priority: e._priority ?? null, initiator: picked(e._initiator, ['type', 'url']),
    transferSize: response._transferSize || positive(response.headersSize + response.bodySize), // 0 is none to it
    resourceSize: response.content.size || positive(response.bodySize),
    requestHeaders: pairs(request.headers), responseHeaders: pairs(response.headers),
    requestCookies: request.cookies.map(c => [c.name, c.value]),
    responseCookies: response.cookies.map(c => [
      c.name, c.value, c.path, c.domain, c.expires && new Date(c.expires).valueOf(), c.httpOnly, c.secure,
    ]),
    sent: request.postData?.text ?? null,
    content: response.content.encoding ? { base64: response.content.text } : { text: response.content.text ?? '' },
    messages: (e._webSocketMessages ?? []).map(m => [m.type, m.time, m.opcode, m.data]),
    events: isEventStream(e) && /^data:/m.test(response.content.text),
    times: {
      issued: new Date(e.startedDateTime).valueOf(),
      queueing, blocking: positive(timings.blocked) - queueing, dns: positive(timings.dns),
      connecting: positive(timings.connect), ssl: positive(timings.ssl),
      sending: timings.send, waiting: timings.wait, receiving: timings.receive, total: e.time,
    },
  }
}

const isEventStream = e => /^text\/event-stream/i.test(header(e.response.headers, 'content-type'))
const header = (list, name) => list.find(h => h.name === name)?.value ?? ''
const positive = n => Math.max(0, n ?? 0)
const pairs = list => list.map(h => [h.name, h.value])
const picked = (o, names) => o ? Object.fromEntries(names.map(name => [name, o[name]])) : null
const short = v => (JSON.stringify(v) ?? 'undefined').slice(0, 300)

// same compares values; numbers to the microsecond that DevTools' seconds since
// 1970 have.
function same(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) < 0.002
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return (a || undefined) === (b || undefined)
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every(key => same(a[key], b[key]))
}
