module.exports = {
  slipway: {
    input: { target: './documents/gateway.json' },
    output: {
      mode: 'single',
      client: 'fetch',
      target: './generated/orval/client.ts',
      // The address that the document gives.
      baseUrl: { getBaseUrlFromSpecification: true },
    },
  },
};
