using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Alternator.Emulator.Expressions;

/// <summary>Parses update, condition and projection expressions by recursive descent.</summary>
/// <remarks>
/// One grammar for all, as in Alternator: keywords in any case and no other reserved words, parentheses as many as one
/// likes, at most 4096 bytes. What nests counts its depth and stops at 400, so no input can exhaust the stack.
/// Source: ScyllaDB's alternator/expressions.g; DynamoDB developer guide, "Using expressions".
/// </remarks>
internal sealed class ExpressionParser
{
    /// <summary>Longest expression in bytes.</summary>
    public const int MaxLength = 4096;

    /// <summary>Deepest nesting of conditions and of function calls.</summary>
    public const int MaxDepth = 400;

    private readonly string _text;
    private ExpressionLexer _lexer;
    private Token _current;

    private ExpressionParser(string text)
    {
        _text = text;
        _lexer = new ExpressionLexer(text);
        _current = _lexer.Next();
    }

    /// <summary>Parses a condition, filter or key condition expression.</summary>
    /// <exception cref="ExpressionSyntaxException">The text does not follow the grammar.</exception>
    public static Condition ParseCondition(string text) => Parse(text, parser => parser.ReadOr(0));

    /// <summary>Parses a projection expression.</summary>
    /// <exception cref="ExpressionSyntaxException">The text does not follow the grammar.</exception>
    public static ImmutableArray<AttributePath> ParseProjection(string text) =>
        Parse(text, parser => parser.ReadList(static p => p.ReadPath()));

    /// <summary>Parses an update expression.</summary>
    /// <exception cref="ExpressionSyntaxException">The text does not follow the grammar.</exception>
    public static ImmutableArray<UpdateAction> ParseUpdate(string text) => Parse(text, parser => parser.ReadUpdate());

    private static TResult Parse<TResult>(string text, Func<ExpressionParser, TResult> read)
    {
        if (text.Length > MaxLength || Encoding.UTF8.GetByteCount(text) > MaxLength)
        {
            throw new ExpressionSyntaxException($"expression size exceeds the allowed maximum of {MaxLength} bytes");
        }

        var parser = new ExpressionParser(text);
        var result = read(parser);
        return parser._current.Kind == TokenKind.End ? result : throw parser.Unexpected();
    }

    private ImmutableArray<UpdateAction> ReadUpdate()
    {
        var actions = ImmutableArray.CreateBuilder<UpdateAction>();
        var seen = new HashSet<Keyword>();
        do
        {
            var clause = _current.Keyword;
            if (clause is not (Keyword.Set or Keyword.Remove or Keyword.Add or Keyword.Delete))
            {
                throw Unexpected();
            }

            if (!seen.Add(clause))
            {
                throw new ExpressionSyntaxException("each of SET, REMOVE, ADD and DELETE may appear only once");
            }

            Advance();
            actions.AddRange(ReadList(parser => parser.ReadAction(clause)));
        }
        while (_current.Kind != TokenKind.End);

        return actions.DrainToImmutable();
    }

    private UpdateAction ReadAction(Keyword clause)
    {
        var path = ReadPath();
        switch (clause)
        {
            case Keyword.Remove:
                return new RemoveAction(path);
            case Keyword.Add:
                return new AddAction(path, ReadValueReference());
            case Keyword.Delete:
                return new DeleteAction(path, ReadValueReference());
            default:
                Expect('=');
                var left = ReadOperand(0);
                if (!IsSymbol('+') && !IsSymbol('-'))
                {
                    return new SetAction(path, left, '\0', null);
                }

                var sign = _current.Symbol;
                Advance();
                return new SetAction(path, left, sign, ReadOperand(0));
        }
    }

    private Condition ReadOr(int depth)
    {
        var conditions = ReadJoined(depth, Keyword.Or, static (parser, d) => parser.ReadAnd(d));
        return conditions.Length == 1 ? conditions[0] : new AnyOf(conditions);
    }

    private Condition ReadAnd(int depth)
    {
        var conditions = ReadJoined(depth, Keyword.And, static (parser, d) => parser.ReadNot(d));
        return conditions.Length == 1 ? conditions[0] : new AllOf(conditions);
    }

    private ImmutableArray<Condition> ReadJoined(int depth, Keyword keyword, Func<ExpressionParser, int, Condition> read)
    {
        var first = read(this, depth);
        if (_current.Keyword != keyword)
        {
            return [first];
        }

        var conditions = ImmutableArray.CreateBuilder<Condition>();
        conditions.Add(first);
        while (_current.Keyword == keyword)
        {
            Advance();
            conditions.Add(read(this, depth));
        }

        return conditions.DrainToImmutable();
    }

    private Condition ReadNot(int depth)
    {
        if (_current.Keyword == Keyword.Not)
        {
            CheckDepth(depth);
            Advance();
            return new Not(ReadNot(depth + 1));
        }

        if (!IsSymbol('('))
        {
            return ReadSimple();
        }

        CheckDepth(depth);
        Advance();
        var condition = ReadOr(depth + 1);
        Expect(')');
        return condition;
    }

    private SimpleCondition ReadSimple()
    {
        var left = ReadOperand(0);
        if (_current.Keyword == Keyword.Between)
        {
            Advance();
            var low = ReadOperand(0);
            if (_current.Keyword != Keyword.And)
            {
                throw Unexpected();
            }

            Advance();
            return new SimpleCondition(ConditionOperator.Between, [left, low, ReadOperand(0)]);
        }

        if (_current.Keyword == Keyword.In)
        {
            Advance();
            Expect('(');
            var choices = ReadList(static parser => parser.ReadOperand(0));
            Expect(')');
            return new SimpleCondition(ConditionOperator.In, [left, .. choices]);
        }

        if (ReadComparison() is { } comparison)
        {
            return new SimpleCondition(comparison, [left, ReadOperand(0)]);
        }

        return left is FunctionCall
            ? new SimpleCondition(ConditionOperator.Function, [left])
            : throw new ExpressionSyntaxException("syntax error: a condition that is a single value must be a function");
    }

    private ConditionOperator? ReadComparison()
    {
        var first = _current.Symbol;
        if (first is not ('=' or '<' or '>'))
        {
            return null;
        }

        Advance();
        var second = _current.Symbol;
        if (first == '<' && second is '>' or '=' || first == '>' && second == '=')
        {
            Advance();
            return second == '>' ? ConditionOperator.NotEqual : first == '<' ? ConditionOperator.LessOrEqual : ConditionOperator.GreaterOrEqual;
        }

        return first switch
        {
            '=' => ConditionOperator.Equal,
            '<' => ConditionOperator.Less,
            _ => ConditionOperator.Greater,
        };
    }

    private Operand ReadOperand(int depth)
    {
        if (_current.Kind == TokenKind.ValueReference)
        {
            return ReadValueReference();
        }

        if (_current.Kind != TokenKind.Name)
        {
            return new PathOperand(ReadPath());
        }

        var name = TakeText();
        if (!IsSymbol('('))
        {
            return new PathOperand(ReadSteps(name));
        }

        CheckDepth(depth);
        Advance();
        var arguments = ReadList(parser => parser.ReadOperand(depth + 1));
        Expect(')');
        return new FunctionCall(name, arguments);
    }

    private ValueReference ReadValueReference() =>
        _current.Kind == TokenKind.ValueReference ? new ValueReference(TakeText()) : throw Unexpected();

    private AttributePath ReadPath() => ReadSteps(ReadName());

    private AttributePath ReadSteps(string root)
    {
        if (!IsSymbol('.') && !IsSymbol('['))
        {
            return new AttributePath(root, []);
        }

        var steps = ImmutableArray.CreateBuilder<PathStep>();
        while (IsSymbol('.') || IsSymbol('['))
        {
            var symbol = _current.Symbol;
            Advance();
            if (symbol == '.')
            {
                steps.Add(new PathStep(ReadName(), 0));
            }
            else
            {
                steps.Add(new PathStep(null, ReadIndex()));
                Expect(']');
            }

            if (steps.Count + 1 > AttributePath.MaxDepth)
            {
                throw new ExpressionSyntaxException($"a document path has more than {AttributePath.MaxDepth} nesting levels");
            }
        }

        return new AttributePath(root, steps.DrainToImmutable());
    }

    private string ReadName() =>
        _current.Kind is TokenKind.Name or TokenKind.NameReference ? TakeText() : throw Unexpected();

    private int ReadIndex()
    {
        if (_current.Kind != TokenKind.Integer)
        {
            throw Unexpected();
        }

        var text = TakeText();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new ExpressionSyntaxException("list index out of integer range");
    }

    private ImmutableArray<T> ReadList<T>(Func<ExpressionParser, T> read)
    {
        var list = ImmutableArray.CreateBuilder<T>();
        list.Add(read(this));
        while (IsSymbol(','))
        {
            Advance();
            list.Add(read(this));
        }

        return list.DrainToImmutable();
    }

    private bool IsSymbol(char symbol) => _current.Symbol == symbol;

    private void Expect(char symbol)
    {
        if (!IsSymbol(symbol))
        {
            throw Unexpected();
        }

        Advance();
    }

    private string TakeText()
    {
        var text = _text.Substring(_current.Start, _current.Length);
        Advance();
        return text;
    }

    private void Advance() => _current = _lexer.Next();

    private ExpressionSyntaxException Unexpected() => new(_current.Kind == TokenKind.End
        ? "syntax error: unexpected end"
        : $"syntax error at character {_current.Start}: unexpected '{_text.AsSpan(_current.Start, _current.Length)}'");

    private static void CheckDepth(int depth)
    {
        if (depth >= MaxDepth)
        {
            throw new ExpressionSyntaxException("expression nested too deeply");
        }
    }
}
