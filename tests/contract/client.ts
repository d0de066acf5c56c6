// A client as an integrator writes it: the types are generated from the served document, every call is checked against them, and the
// test runs it against the service. Only what is sent and read here is checked by hand; everything else is by the compiler.
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.js';

type Lead = components['schemas']['Lead'];
type Problem = components['schemas']['Problem'];

/** The data of an answer, or its problem as an exception. */
function unwrap<T>(answer: { data?: { data: T }; error?: Problem }): T {
  if (answer.data) return answer.data.data;
  throw new Error(`${answer.error?.code}: ${answer.error?.detail} ${JSON.stringify(answer.error?.errors ?? {})}`);
}

export async function tour(baseUrl: string) {
  // Several values of one parameter are separated by commas, as the document says (explode: false).
  const api = createClient<paths>({ baseUrl, querySerializer: { array: { style: 'form', explode: false } } });
  const session = unwrap(await api.POST('/api/v1/auth/register', {
    body: { organizationName: 'Analytical Ltd', fullName: 'Ada Byron', email: `ada-${Date.now()}-${Math.floor(Math.random() * 1e9)}@example.com`, password: 'correct-Horse-7-battery' },
  }));
  const signIn: Middleware = {
    onRequest({ request }) {
      request.headers.set('Authorization', `Bearer ${session.accessToken}`);
    },
  };
  api.use(signIn);

  const lead: Lead = unwrap(await api.POST('/api/v1/leads', {
    params: { header: { 'Idempotency-Key': 'first' } },
    body: { name: 'Grace Hopper', email: 'grace@example.com', company: 'COBOL Ltd', value: { amount: 12500.5, currency: 'EUR' }, tags: ['vip'] },
  }));
  const changed = unwrap(await api.PATCH('/api/v1/leads/{id}', { params: { path: { id: lead.id }, header: { 'If-Match': `"${lead.version}"` } }, body: { status: 'CONTACTED' } }));

  const page = await api.GET('/api/v1/leads', { params: { query: { status: ['NEW', 'CONTACTED'], 'value[gte]': 1000, sort: ['-value'], take: 10, expand: ['owner'] } } });
  const found = await api.POST('/api/v1/leads/query', { body: { filter: { and: [{ field: 'status', op: 'in', value: ['CONTACTED'] }, { not: { field: 'tags', op: 'in', value: ['cold'] } }] } } });

  const conversion = unwrap(await api.POST('/api/v1/leads/{id}/convert', { params: { path: { id: lead.id } }, body: { createDeal: true, dealTitle: 'Compiler' } }));
  const deal = conversion.dealId === null ? null : unwrap(await api.GET('/api/v1/deals/{id}', { params: { path: { id: conversion.dealId } } }));
  const again = await api.POST('/api/v1/leads/{id}/convert', { params: { path: { id: lead.id } }, body: {} });

  return {
    lead: lead.name,
    version: changed.version,
    total: page.data?.meta.total,
    owner: page.data?.data[0]?.owner?.fullName,
    found: found.data?.data.length,
    deal: deal?.title,
    amount: deal?.value?.amount,
    refusal: again.error?.code,
  };
}

/** What must not compile: the types would be worth little if they let everything pass. Never called. */
export async function mistakes(api: ReturnType<typeof createClient<paths>>, lead: Lead) {
  // @ts-expect-error there is no such path
  await api.GET('/api/v1/unicorns');
  // @ts-expect-error a lead needs a name
  await api.POST('/api/v1/leads', { body: { company: 'COBOL Ltd' } });
  // @ts-expect-error not one of the statuses
  await api.PATCH('/api/v1/leads/{id}', { params: { path: { id: lead.id } }, body: { status: 'ASLEEP' } });
  // @ts-expect-error not one of the ways to count
  await api.GET('/api/v1/leads', { params: { query: { count: 'roughly' } } });
  // @ts-expect-error it may be null
  lead.company.length;
}
