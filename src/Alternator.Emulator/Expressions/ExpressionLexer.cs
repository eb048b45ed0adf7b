namespace Alternator.Emulator.Expressions;

/// <summary>What a piece of an expression is.</summary>
internal enum TokenKind
{
    End,

    /// <summary>A name that starts with a letter and is no keyword.</summary>
    Name,

    /// <summary>A reference to ExpressionAttributeNames, with its <c>#</c>.</summary>
    NameReference,

    /// <summary>A reference to ExpressionAttributeValues, with its <c>:</c>.</summary>
    ValueReference,
    Integer,
    Keyword,

    /// <summary>One of <c>. , ( ) [ ] = &lt; &gt; + -</c>.</summary>
    Symbol,
}

/// <summary>A keyword of the grammar, in any case. There are no reserved words beyond these.</summary>
internal enum Keyword
{
    None,
    Set,
    Remove,
    Add,
    Delete,
    And,
    Or,
    Not,
    Between,
    In,
}

/// <summary>A piece of an expression and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int Length, Keyword Keyword, char Symbol);

/// <summary>Cuts an expression into tokens; white space separates and is dropped.</summary>
/// <remarks>Source: the lexical rules of ScyllaDB's alternator/expressions.g.</remarks>
internal struct ExpressionLexer(string text)
{
    private int _position;

    /// <summary>The next token; <see cref="TokenKind.End"/> at the end.</summary>
    /// <exception cref="ExpressionSyntaxException">A character that starts no token.</exception>
    public Token Next()
    {
        while (_position < text.Length && text[_position] is ' ' or '\t' or '\n' or '\r')
        {
            _position++;
        }

        var start = _position;
        if (start == text.Length)
        {
            return new Token(TokenKind.End, start, 0, Keyword.None, '\0');
        }

        var first = text[start];
        switch (first)
        {
            case >= 'a' and <= 'z' or >= 'A' and <= 'Z':
                var length = TakeWord(start + 1) - start;
                var keyword = KeywordOf(text.AsSpan(start, length));
                return new Token(keyword == Keyword.None ? TokenKind.Name : TokenKind.Keyword, start, length, keyword, '\0');
            case '#' or ':' when TakeWord(start + 1) > start + 1:
                return new Token(
                    first == '#' ? TokenKind.NameReference : TokenKind.ValueReference, start, _position - start, Keyword.None, '\0');
            case >= '0' and <= '9':
                while (_position < text.Length && char.IsAsciiDigit(text[_position]))
                {
                    _position++;
                }

                return new Token(TokenKind.Integer, start, _position - start, Keyword.None, '\0');
            case '.' or ',' or '(' or ')' or '[' or ']' or '=' or '<' or '>' or '+' or '-':
                _position++;
                return new Token(TokenKind.Symbol, start, 1, Keyword.None, first);
            default:
                throw new ExpressionSyntaxException($"syntax error: unexpected character at {start}");
        }
    }

    private static Keyword KeywordOf(ReadOnlySpan<char> word)
    {
        Span<char> upper = stackalloc char[8];
        return word.Length > upper.Length || word.ToUpperInvariant(upper) < 0
            ? Keyword.None
            : upper[..word.Length] switch
            {
                "SET" => Keyword.Set,
                "REMOVE" => Keyword.Remove,
                "ADD" => Keyword.Add,
                "DELETE" => Keyword.Delete,
                "AND" => Keyword.And,
                "OR" => Keyword.Or,
                "NOT" => Keyword.Not,
                "BETWEEN" => Keyword.Between,
                "IN" => Keyword.In,
                _ => Keyword.None,
            };
    }

    private int TakeWord(int from)
    {
        _position = from;
        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] == '_'))
        {
            _position++;
        }

        return _position;
    }
}

/// <summary>An expression that does not follow the grammar.</summary>
internal sealed class ExpressionSyntaxException(string message) : Exception(message);
