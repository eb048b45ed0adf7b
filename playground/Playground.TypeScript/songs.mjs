// Counts the songs on each node. The nodes ask for no signature, so no SDK is needed.
for (const endpoint of process.env.ALTERNATOR_ENDPOINTS.split(',')) {
    const answer = await fetch(endpoint, {
        method: 'POST',
        headers: { 'X-Amz-Target': 'DynamoDB_20120810.Scan', 'Content-Type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ TableName: 'MusicCollection', Select: 'COUNT' }),
    });
    const { Count } = await answer.json();
    console.log(`${endpoint} has ${Count} songs`);
}
