using Alternator.Testing;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Alternator.Client.Tests;

public sealed class ClassifierTests
{
    private static readonly Dictionary<string, AttributeValue> Item = new() { ["id"] = new AttributeValue { S = "hello" }, ["n"] = new AttributeValue { N = "1" } };

    [Fact]
    public void By_default_nothing_has_affinity()
    {
        RequestClassifier classifier = Classifier(AffinityMode.None);
        Assert.False(classifier.Classify(new PutItemRequest("t", Item) { ConditionExpression = "attribute_not_exists(id)" }).HasAffinity);
        Assert.Null(classifier.Classify(Batch()).Votes);
    }

    [Fact]
    public void A_write_that_reads_first_has_the_seed_of_its_key()
    {
        RequestClassifier classifier = Classifier(AffinityMode.ReadModifyWrite);
        RequestTraits traits = classifier.Classify(new PutItemRequest("t", Item) { ConditionExpression = "attribute_not_exists(id)" });
        Assert.True(traits.HasAffinity);
        Assert.Equal(8815023923555918238, traits.AffinitySeed);

        Assert.True(classifier.Classify(new PutItemRequest("t", Item) { ReturnValues = ReturnValue.ALL_OLD }).HasAffinity);
        Assert.True(classifier.Classify(new DeleteItemRequest("t", Item) { Expected = new() { ["n"] = new ExpectedAttributeValue(true) } }).HasAffinity);
        Assert.True(classifier.Classify(Update("SET n = :n")).HasAffinity);
        Assert.True(classifier.Classify(LegacyUpdate(AttributeAction.ADD, "1")).HasAffinity);
        Assert.True(classifier.Classify(LegacyUpdate(AttributeAction.DELETE, "1")).HasAffinity);
        Assert.True(classifier.Classify(new UpdateItemRequest("t", Item, null) { ReturnValues = ReturnValue.ALL_NEW }).HasAffinity);
    }

    [Fact]
    public void A_plain_write_has_affinity_only_in_the_wider_mode()
    {
        foreach (Amazon.Runtime.AmazonWebServiceRequest plain in (Amazon.Runtime.AmazonWebServiceRequest[])
            [
                new PutItemRequest("t", Item),
                new PutItemRequest("t", Item) { ReturnValues = ReturnValue.NONE },
                new DeleteItemRequest("t", Item),
                LegacyUpdate(AttributeAction.PUT, "1"),
                LegacyUpdate(AttributeAction.DELETE, null),
                new UpdateItemRequest("t", Item, null) { ReturnValues = ReturnValue.UPDATED_NEW },
            ])
        {
            Assert.False(Classifier(AffinityMode.ReadModifyWrite).Classify(plain).HasAffinity);
            Assert.True(Classifier(AffinityMode.AnyWrite).Classify(plain).HasAffinity);
        }
        Assert.Null(Classifier(AffinityMode.ReadModifyWrite).Classify(Batch()).Votes);
        Assert.Equal([8815023923555918238, -5061732451827723051], Classifier(AffinityMode.AnyWrite).Classify(Batch()).Votes!);
    }

    [Fact]
    public void Reads_never_have_affinity()
    {
        Assert.False(Classifier(AffinityMode.AnyWrite).Classify(new GetItemRequest("t", Item)).HasAffinity);
        Assert.False(Classifier(AffinityMode.AnyWrite).Classify(new QueryRequest("t")).HasAffinity);
    }

    [Fact]
    public void An_unknown_key_or_an_unusable_value_is_no_error()
    {
        Assert.False(Classifier(AffinityMode.AnyWrite).Classify(new PutItemRequest("unknown", Item)).HasAffinity);
        Assert.False(Classifier(AffinityMode.AnyWrite).Classify(new PutItemRequest("t", new() { ["other"] = new AttributeValue("x") })).HasAffinity);
        Assert.False(Classifier(AffinityMode.AnyWrite).Classify(new PutItemRequest("t", new() { ["id"] = new AttributeValue { BOOL = true } })).HasAffinity);
        Assert.False(Classifier(AffinityMode.AnyWrite).Classify(new PutItemRequest()).HasAffinity);
        Assert.Null(Classifier(AffinityMode.AnyWrite).Classify(new BatchWriteItemRequest()).Votes);
    }

    [Theory]
    [InlineData("SET n = :n", true)]
    [InlineData("SET n = :n, m = :m REMOVE x DELETE s :s", true)]
    [InlineData("SET n=:n,#m=:m", true)]
    [InlineData("REMOVE a, b", true)]
    [InlineData("SET n = n + :n", false)]
    [InlineData("SET n = :n - m", false)]
    [InlineData("SET l = list_append(l, :x)", false)]
    [InlineData("SET a = b, b = a", false)]
    [InlineData("ADD n :n", false)]
    [InlineData("SET m = :m add n :n", false)]
    [InlineData("REMOVE l[0]", false)]
    [InlineData("SET n = if_not_exists(n, :n)", false)]
    public void An_update_may_be_repeated_only_when_that_is_certain(string expression, bool repeatable) =>
        Assert.Equal(repeatable, Classifier(AffinityMode.None).Classify(Update(expression)).IsIdempotent);

    [Fact]
    public void Conditions_and_old_values_make_a_write_unrepeatable()
    {
        RequestClassifier classifier = Classifier(AffinityMode.None);
        Assert.True(classifier.Classify(new PutItemRequest("t", Item)).IsIdempotent);
        Assert.True(classifier.Classify(new DeleteItemRequest("t", Item)).IsIdempotent);
        Assert.True(classifier.Classify(Batch()).IsIdempotent);
        Assert.True(classifier.Classify(LegacyUpdate(AttributeAction.PUT, "1")).IsIdempotent);
        Assert.False(classifier.Classify(new PutItemRequest("t", Item) { ConditionExpression = "attribute_exists(id)" }).IsIdempotent);
        Assert.False(classifier.Classify(new DeleteItemRequest("t", Item) { ReturnValues = ReturnValue.ALL_OLD }).IsIdempotent);
        Assert.False(classifier.Classify(LegacyUpdate(AttributeAction.ADD, "1")).IsIdempotent);
        Assert.False(classifier.Classify(new CreateTableRequest()).IsIdempotent);
    }

    [Fact]
    public void Operations_are_named_and_reads_are_known()
    {
        RequestClassifier classifier = Classifier(AffinityMode.None);
        Assert.Equal(("GetItem", true, "t"), (classifier.Classify(new GetItemRequest("t", Item)).Operation, classifier.Classify(new GetItemRequest("t", Item)).IsRead, classifier.Classify(new GetItemRequest("t", Item)).Table));
        Assert.Equal(("DescribeTable", true), (classifier.Classify(new DescribeTableRequest()).Operation, classifier.Classify(new DescribeTableRequest()).IsRead));
        Assert.Equal(("CreateTable", false), (classifier.Classify(new CreateTableRequest()).Operation, classifier.Classify(new CreateTableRequest()).IsRead));
    }

    private static BatchWriteItemRequest Batch() => new(new Dictionary<string, List<WriteRequest>>
    {
        ["t"] = [new WriteRequest(new PutRequest(Item)), new WriteRequest(new DeleteRequest(new() { ["id"] = new AttributeValue { N = "42" } })), new WriteRequest()],
        ["unknown"] = [new WriteRequest(new PutRequest(Item))],
    });

    private static UpdateItemRequest Update(string expression) => new() { TableName = "t", Key = Item, UpdateExpression = expression };

    private static UpdateItemRequest LegacyUpdate(AttributeAction action, string? value) =>
        new("t", Item, new() { ["n"] = new AttributeValueUpdate { Action = action, Value = value is null ? null : new AttributeValue { N = value } } });

    [Fact]
    public void In_the_exact_mode_only_what_the_cluster_reads_for_has_affinity()
    {
        RequestClassifier exact = Classifier(AffinityMode.ReadBeforeWrite);
        RequestClassifier common = Classifier(AffinityMode.ReadModifyWrite);
        foreach (Amazon.Runtime.AmazonWebServiceRequest reads in (Amazon.Runtime.AmazonWebServiceRequest[])
            [
                new PutItemRequest("t", Item) { ConditionExpression = "attribute_not_exists(id)" },
                new PutItemRequest("t", Item) { ReturnValues = ReturnValue.ALL_OLD },
                new DeleteItemRequest("t", Item) { Expected = new() { ["n"] = new ExpectedAttributeValue(true) } },
                new DeleteItemRequest("t", Item) { ReturnValues = ReturnValue.ALL_OLD },
                new UpdateItemRequest("t", Item, null) { ReturnValues = ReturnValue.ALL_NEW },
                new UpdateItemRequest("t", Item, null) { ReturnValues = ReturnValue.UPDATED_OLD },
                new UpdateItemRequest("t", Item, null) { UpdateExpression = "SET n = :n", ConditionExpression = "n = :m" },
                Update("SET n = n + :n"),
                LegacyUpdate(AttributeAction.ADD, "1"),
                LegacyUpdate(AttributeAction.DELETE, "1"),
            ])
        {
            Assert.True(exact.Classify(reads).HasAffinity);
            Assert.Equal(common.Classify(reads).AffinitySeed, exact.Classify(reads).AffinitySeed);
        }
        foreach (Amazon.Runtime.AmazonWebServiceRequest plain in (Amazon.Runtime.AmazonWebServiceRequest[])
            [
                new PutItemRequest("t", Item),
                new DeleteItemRequest("t", Item),
                Update("SET n = :n REMOVE m"),
                new UpdateItemRequest("t", Item, null) { UpdateExpression = "SET n = :n", ReturnValues = ReturnValue.UPDATED_NEW },
                LegacyUpdate(AttributeAction.PUT, "1"),
                LegacyUpdate(AttributeAction.DELETE, null),
                new GetItemRequest("t", Item),
            ])
        {
            Assert.False(exact.Classify(plain).HasAffinity);
        }
        // What it leaves out is only affinity: whether an update may be repeated is another question.
        Assert.False(exact.Classify(Update("SET n = if_not_exists(n, :n)")).IsIdempotent);
        Assert.Null(exact.Classify(Batch()).Votes);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("SET a = :a", false)]
    [InlineData("set #a=:a,b=:b remove c, #d", false)]
    [InlineData("SET a = :a + :b, c = :c - :d", false)]
    [InlineData("SET a = list_append(:a, :b)", false)]
    [InlineData("SET a = list_append (:a, :b), b = :c", false)]
    [InlineData("REMOVE a", false)]
    [InlineData("SET a = b", true)]
    [InlineData("SET a = #b", true)]
    [InlineData("SET a = :a, b = :b + c", true)]
    [InlineData("SET a = list_append(a, :b)", true)]
    [InlineData("SET a = if_not_exists(a, :b)", true)]
    [InlineData("SET a.b = :a", true)]
    [InlineData("SET a[0] = :a", true)]
    [InlineData("REMOVE a[1]", true)]
    [InlineData("REMOVE #a.#b", true)]
    [InlineData("ADD a :a", true)]
    [InlineData("DELETE a :a", true)]
    [InlineData("SET a = :a ADD b :b", true)]
    [InlineData("SET a = :a ? :b", true)]
    public void An_update_expression_reads_when_it_depends_on_what_is_stored(string expression, bool reads) =>
        Assert.Equal(reads, ReadBeforeWrite.OfExpression(expression));

    private static RequestClassifier Classifier(AffinityMode mode)
    {
        var options = new AffinityOptions { Mode = mode };
        options.PartitionKeys["t"] = "id";
        return new RequestClassifier(options.Mode, new PartitionKeyNames(options, new FakeTimeProvider()));
    }
}
