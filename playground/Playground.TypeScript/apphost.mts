import { AlternatorStreamView, createBuilder } from './.aspire/modules/aspire.mjs';

const builder = await createBuilder();

// Three ScyllaDB containers; where no container engine answers, three emulated nodes. The dashboard says which.
const alternator = builder.addAlternatorCluster('alternator', { nodes: 3 })
    .orEmulator()
    .publishAsConnectionString();

const music = alternator.addTable('music', { tableName: 'MusicCollection', partitionKey: 'Artist', sortKey: 'SongTitle' })
    .withGlobalIndex('ByAlbum', 'AlbumTitle')
    .withStream({ view: AlternatorStreamView.KeysOnly })
    .withSeedData('../Playground.AppHost/seed/music.json');

// The variables that every AWS SDK reads, and ALTERNATOR_ENDPOINTS with all nodes.
await builder.addExecutable('songs', 'node', '.', ['songs.mjs'])
    .withReference(alternator)
    .waitFor(music);

await builder.build().run();
