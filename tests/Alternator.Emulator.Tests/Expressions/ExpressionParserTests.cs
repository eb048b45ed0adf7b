using Alternator.Emulator.Expressions;

namespace Alternator.Emulator.Tests.Expressions;

/// <summary>Source: ScyllaDB alternator/expressions.g; docs/alternator/compatibility.md on reserved words and parentheses.</summary>
public sealed class ExpressionParserTests
{
    [Theory]
    [InlineData("a = :x")]
    [InlineData("((((a = :x))))")]
    [InlineData("not a <> :x and (b < :y or c >= :z)")]
    [InlineData("NOT NOT attribute_exists(a.b[3].#c)")]
    [InlineData("size(a) > :x AND contains (a, :b)")]
    [InlineData("a between :x and :y AND b IN (:z, c)")]
    [InlineData("status = :x AND name = :y AND size = :z")]
    [InlineData("a < > :x")]
    [InlineData("  a\t=\n:x\r")]
    [InlineData("#1 = :1")]
    public void Conditions_follow_the_grammar(string text) => Assert.NotNull(ExpressionParser.ParseCondition(text));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData(":x")]
    [InlineData("a = ")]
    [InlineData("a == :x")]
    [InlineData("a != :x")]
    [InlineData("(a = :x")]
    [InlineData("a = :x)")]
    [InlineData("a = :x b = :y")]
    [InlineData("a between :x")]
    [InlineData("a in ()")]
    [InlineData("(a) = :x")]
    [InlineData("_a = :x")]
    [InlineData("a.set = :x")]
    [InlineData("a[:x] = :x")]
    [InlineData("a[99999999999] = :x")]
    [InlineData("a = 5")]
    [InlineData("a = \"x\"")]
    [InlineData("é = :x")]
    [InlineData("f() = :x")]
    public void What_is_no_condition_is_refused(string text) =>
        Assert.Throws<ExpressionSyntaxException>(() => ExpressionParser.ParseCondition(text));

    [Theory]
    [InlineData("SET a = :x")]
    [InlineData("set a = :x, b.c[1] = a + :y remove d add e :z delete f :w")]
    [InlineData("SET a = if_not_exists(a, :zero) - list_append(b, :y)")]
    public void Updates_follow_the_grammar(string text) => Assert.NotEmpty(ExpressionParser.ParseUpdate(text));

    [Theory]
    [InlineData("")]
    [InlineData("SET")]
    [InlineData("SET a")]
    [InlineData("SET a = :x,")]
    [InlineData("SET a = :x SET b = :y")]
    [InlineData("SET a = :x + :y + :z")]
    [InlineData("REMOVE a = :x")]
    [InlineData("ADD a b")]
    [InlineData("ADD a")]
    [InlineData("UPSERT a = :x")]
    [InlineData("SET a = (:x)")]
    public void What_is_no_update_is_refused(string text) =>
        Assert.Throws<ExpressionSyntaxException>(() => ExpressionParser.ParseUpdate(text));

    [Fact]
    public void Length_path_depth_and_nesting_have_the_limits_of_the_grammar()
    {
        static string Path(int levels) => "a" + string.Concat(Enumerable.Repeat(".b", levels - 1));
        static string Nested(int levels) => new string('(', levels) + "a=:x" + new string(')', levels);
        static string Nots(int levels) => string.Concat(Enumerable.Repeat("NOT ", levels)) + "a=:x";
        static string Calls(int levels) => string.Concat(Enumerable.Repeat("size(", levels)) + "a" + new string(')', levels) + "=:x";

        Assert.Equal(31, ExpressionParser.ParseProjection(Path(32))[0].Steps.Length);
        Assert.Throws<ExpressionSyntaxException>(() => ExpressionParser.ParseProjection(Path(33)));
        Assert.NotNull(ExpressionParser.ParseCondition("a = :x" + new string(' ', 4096 - 6)));
        Assert.Throws<ExpressionSyntaxException>(() => ExpressionParser.ParseCondition("a = :x" + new string(' ', 4096 - 5)));
        foreach (var nested in new Func<int, string>[] { Nested, Nots, Calls })
        {
            Assert.NotNull(ExpressionParser.ParseCondition(nested(400)));
            Assert.Contains("deep", Assert.Throws<ExpressionSyntaxException>(() => ExpressionParser.ParseCondition(nested(401))).Message, StringComparison.Ordinal);
        }
    }
}
