using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Alternator.Emulator.Tests.Engine;

/// <summary>
/// Concurrent histories of one item, as lightweight transactions would have them: every operation takes effect at one
/// moment between its call and its answer. Source: docs/alternator/compatibility.md, "Write isolation policies".
/// </summary>
public sealed class LinearizabilityTests
{
    private const int Writers = 4;

    [Fact]
    public async Task Concurrent_increments_are_never_lost()
    {
        const int Each = 500;
        using var engine = new TestEngine();
        engine.CreateTable("things");
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() =>
            Enumerable.Range(0, Each).Select(_ => (string)engine.Call("UpdateItem", """
                {"TableName":"things","Key":{"p":{"S":"k"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":"UPDATED_NEW"}
                """)["Attributes"]!["n"]!["N"]!).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray())));
        Assert.Equal(Enumerable.Range(1, Writers * Each), answers.SelectMany(seen => seen).Order());
        Assert.All(answers, seen => Assert.Equal(seen.Order(), seen));
    }

    [Fact]
    public async Task A_lock_by_condition_is_held_by_one_at_a_time()
    {
        using var engine = new TestEngine();
        engine.CreateTable("things");
        var holders = 0;
        var acquired = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                try
                {
                    engine.Call("PutItem", """{"TableName":"things","Item":{"p":{"S":"lock"}},"ConditionExpression":"attribute_not_exists(p)"}""");
                }
                catch (Alternator.Emulator.Engine.AlternatorException)
                {
                    continue;
                }

                Assert.Equal(1, Interlocked.Increment(ref holders));
                Interlocked.Increment(ref acquired);
                Interlocked.Decrement(ref holders);
                engine.Call("DeleteItem", """{"TableName":"things","Key":{"p":{"S":"lock"}},"ConditionExpression":"attribute_exists(p)"}""");
            }
        })));
        Assert.True(acquired > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_history_of_reads_writes_and_conditional_writes_has_an_order_that_explains_it(int seed)
    {
        const int Each = 12;
        using var engine = new TestEngine();
        engine.CreateTable("things", more: """
            DEFINE n:N;"GlobalSecondaryIndexes":[{"IndexName":"by-n","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}]}]
            """);
        for (var round = 0; round < 30; round++)
        {
            var key = $"k{round}";
            using var start = new Barrier(Writers);
            var histories = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
                () =>
                {
                    var random = new Random((seed * 1000) + (round * 10) + writer);
                    start.SignalAndWait();
                    return Enumerable.Range(0, Each).Select(i => Run(engine, key, random, (writer * Each) + i + 1)).ToArray();
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            var history = histories.SelectMany(operations => operations).OrderBy(operation => operation.Called).ToArray();
            Assert.True(IsLinearizable(history), string.Join("\n", history.Select(operation => operation.ToString())));
        }
    }

    [Fact]
    public void The_checker_finds_a_history_that_no_order_explains()
    {
        Operation[] stale = [new('W', 0, 1, 0, 0, true, 1, 2), new('W', 0, 2, 1, 0, true, 3, 4), new('R', 0, 0, 1, 0, true, 5, 6)];
        Assert.False(IsLinearizable(stale));
        Operation[] overlapping = [new('W', 0, 1, 0, 0, true, 1, 2), new('W', 0, 2, 1, 0, true, 3, 7), new('R', 0, 0, 1, 0, true, 5, 6)];
        Assert.True(IsLinearizable(overlapping));
    }

    // R: read; W: write, answering the old value; C: write if the value is the expected one. 0 stands for no item.
    private static Operation Run(TestEngine engine, string key, Random random, int value)
    {
        var kind = "RRWCC"[random.Next(5)];
        var expected = kind == 'C' && random.Next(3) > 0 ? Read() : random.Next(0, 5);
        var called = Stopwatch.GetTimestamp();
        var seen = 0;
        var done = true;
        try
        {
            switch (kind)
            {
                case 'R':
                    seen = Read();
                    break;
                case 'W':
                    seen = Number(engine.Call("PutItem", "{\"TableName\":\"things\",\"ReturnValues\":\"ALL_OLD\",\"Item\":{\"p\":{\"S\":\"" + key + "\"},\"n\":{\"N\":\"" + value + "\"}}}")["Attributes"]);
                    break;
                default:
                    var condition = expected == 0
                        ? "\"ConditionExpression\":\"attribute_not_exists(p)\",\"ExpressionAttributeValues\":{\":v\":{\"N\":\"" + value + "\"}}"
                        : "\"ConditionExpression\":\"n = :e\",\"ExpressionAttributeValues\":{\":e\":{\"N\":\"" + expected + "\"},\":v\":{\"N\":\"" + value + "\"}}";
                    engine.Call("UpdateItem", "{\"TableName\":\"things\",\"Key\":{\"p\":{\"S\":\"" + key + "\"}},\"UpdateExpression\":\"SET n = :v\"," + condition + "}");
                    break;
            }
        }
        catch (Alternator.Emulator.Engine.AlternatorException exception) when (exception.Type == "ConditionalCheckFailedException")
        {
            done = false;
        }

        return new Operation(kind, 0, value, seen, expected, done, called, Stopwatch.GetTimestamp());

        int Read() => Number(engine.Call("GetItem", "{\"TableName\":\"things\",\"Key\":{\"p\":{\"S\":\"" + key + "\"}}}")["Item"]);

        static int Number(JsonNode? item) => item is null ? 0 : int.Parse((string)item["n"]!["N"]!, CultureInfo.InvariantCulture);
    }

    // Wing and Gong's search: try every operation that was called before any other one answered, and remember dead ends.
    private static bool IsLinearizable(Operation[] history)
    {
        var deadEnds = new HashSet<(ulong, int)>();
        return Search(0, 0);

        bool Search(ulong taken, int value)
        {
            if (taken == (1UL << history.Length) - 1)
            {
                return true;
            }

            if (!deadEnds.Add((taken, value)))
            {
                return false;
            }

            var firstAnswer = long.MaxValue;
            for (var i = 0; i < history.Length; i++)
            {
                if ((taken & (1UL << i)) == 0)
                {
                    firstAnswer = Math.Min(firstAnswer, history[i].Answered);
                }
            }

            for (var i = 0; i < history.Length; i++)
            {
                if ((taken & (1UL << i)) == 0 && history[i].Called <= firstAnswer &&
                    history[i].Explain(value) is { } next && Search(taken | (1UL << i), next))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed record Operation(char Kind, int Writer, int Value, int Seen, int Expected, bool Done, long Called, long Answered)
    {
        // The value after the operation if it took effect now, or null when its answer can't be explained.
        public int? Explain(int current) => Kind switch
        {
            'R' => Seen == current ? current : null,
            'W' => Seen == current ? Value : null,
            _ => Done == (Expected == current) ? (Done ? Value : current) : null,
        };
    }
}
