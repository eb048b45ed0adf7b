// Compiled against the generated API, never run: every method that the integration exports, with every option.
import { AlternatorKeyType, AlternatorStreamView, AlternatorWriteIsolation, ContainerLifetime, createBuilder } from './.aspire/modules/aspire.mjs';

const builder = await createBuilder();
const secret = builder.addParameter('secret', { secret: true });

const node = builder.addAlternator('node', { port: 8000 })
    .withLifetime(ContainerLifetime.Persistent)
    .withImageTag('2026.2.5')
    .withImageRegistry('registry.example')
    .withDataBindMount('data');

const cluster = builder.addAlternatorCluster('cluster', { nodes: 3 })
    .withWriteIsolation(AlternatorWriteIsolation.AlwaysUseLwt)
    .withMemory('2G')
    .withSmp(2)
    .withDatacenter('north')
    .withRack('r1')
    .withStreams()
    .withTtlPeriod(60_000)
    .withScyllaArguments(['--logger-log-level=alternator=debug'])
    .withScyllaRelease('2026.2.5')
    .withAuthorization({ accessKey: 'app', secretKey: secret })
    .withHttps({ certificateFile: 'node.pem', keyFile: 'node.key', caFile: 'ca.pem' })
    .withDataVolume({ name: 'data' })
    .withHostPort({ port: 8000 })
    .withLifetime(ContainerLifetime.Session)
    .withImageTag('2026.2.5')
    .withImageRegistry('registry.example')
    .withDynamoDbAdmin({ containerName: 'admin', configureContainer: async admin => { await admin.withHostPort({ port: 8001 }); } })
    .withDnsServer({ port: 5353, zone: 'alternator.local' })
    .orEmulator()
    .publishAsConnectionString();

const emulator = builder.addAlternatorEmulator('emulator', { nodes: 2, port: 9000 })
    .withWriteIsolation(AlternatorWriteIsolation.ForbidRmw)
    .withAuthorization()
    .publishAsConnectionString();

const connection = builder.addAlternatorConnection('existing');

const music = cluster.addTable('music', {
    tableName: 'MusicCollection', partitionKey: 'Artist', sortKey: 'Year', partitionKeyType: AlternatorKeyType.String, sortKeyType: AlternatorKeyType.Number,
})
    .withGlobalIndex('ByGenre', 'Genre', { sortKey: 'Cover', partitionKeyType: AlternatorKeyType.String, sortKeyType: AlternatorKeyType.Binary })
    .withLocalIndex('ByTitle', 'Title', { sortKeyType: AlternatorKeyType.String })
    .withProvisionedThroughput(5, 5)
    .withTimeToLive('Expires')
    .withStream({ view: AlternatorStreamView.NewAndOldImages })
    .withTag('owner', 'music')
    .withSeedData('music.json');
await node.addTable('books');
await connection.addTable('films');

const uri = await (await cluster).uriExpression();
const properties = [uri, await (await emulator).connectionStringExpression(), await (await connection).accessKeyExpression(), await (await connection).secretKeyExpression()];
const endpoints = [...await (await cluster).nodeEndpoints(), await (await node).primaryEndpoint()];
const address = [await (await node).host(), await (await node).port()];

await builder.addContainer('service', 'example/service')
    .withReference(cluster)
    .withAlternatorReference(emulator, { connectionName: 'other', awsEnvironment: false })
    .withEmulatorControl(emulator, { variable: 'CONTROL' })
    .withEnvironment('TABLE', await (await music).tableName())
    .withEnvironment('URI', uri)
    .withEnvironment('COUNT', `${properties.length} ${endpoints.length} ${address.length}`)
    .waitFor(music);
await builder.build().run();
